using Quartz;

namespace Sentinel.Worker.Upkeep;

/// <summary>Gives retention its Quartz job with its schedule.</summary>
internal sealed class RetentionSchedule(ISchedulerFactory schedulers, SentinelOptions options) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var scheduler = await schedulers.GetScheduler(stoppingToken);
        // A group of its own: a product may be called like this job.
        var job = JobBuilder.Create<RetentionJob>().WithIdentity("retention", "upkeep").StoreDurably().Build();
        var trigger = TriggerBuilder.Create()
            .WithIdentity("retention", "upkeep")
            .WithSchedule(CronScheduleBuilder.Create(options.Storage.RetentionSchedule).WithMisfireInstruction(CronTriggerMisfireInstruction.DoNothing))
            .Build();
        await scheduler.ScheduleJob(job, trigger, cancellationToken: stoppingToken);
    }
}
