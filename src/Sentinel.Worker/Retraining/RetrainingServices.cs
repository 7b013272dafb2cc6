namespace Sentinel.Worker.Retraining;

internal static class RetrainingServices
{
    public static IServiceCollection AddRetraining(this IServiceCollection services) => services
        .AddSingleton(TrainerExecutable.Own)
        .AddSingleton<TrainingLog>()
        .AddSingleton<TrainingPlanner>()
        .AddSingleton<TrainingHistory>()
        .AddSingleton<ITrainer, TrainerProcess>()
        .AddSingleton<Retrainer>()
        .AddHostedService<TrainingSchedule>();
}
