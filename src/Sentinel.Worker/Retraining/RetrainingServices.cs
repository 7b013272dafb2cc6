namespace Sentinel.Worker.Retraining;

internal static class RetrainingServices
{
    public static IServiceCollection AddRetraining(this IServiceCollection services) => services
        .AddSingleton(TrainerExecutable.Own)
        .AddSingleton(provider => ProcessorShares.Here(provider.GetRequiredService<SentinelOptions>()))
        .AddSingleton<SharedProcessors>()
        .AddSingleton<TrainingLog>()
        .AddSingleton<TrainingPlanner>()
        .AddSingleton<TrainingHistory>()
        .AddSingleton<ITrainer, TrainerProcess>()
        .AddSingleton<Retrainer>()
        .AddHostedService<TrainingSchedule>();
}
