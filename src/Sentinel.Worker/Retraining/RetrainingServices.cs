using Quartz;

namespace Sentinel.Worker.Retraining;

internal static class RetrainingServices
{
    public static IServiceCollection AddRetraining(this IServiceCollection services)
    {
        services.AddQuartz(quartz => quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always));
        services.AddQuartzHostedService(host => host.WaitForJobsToComplete = true);
        return services
            .AddSingleton(TrainerExecutable.Own)
            .AddSingleton<TrainingLog>()
            .AddSingleton<TrainingPlanner>()
            .AddSingleton<ITrainer, TrainerProcess>()
            .AddSingleton<Retrainer>()
            .AddHostedService<TrainingSchedule>();
    }
}
