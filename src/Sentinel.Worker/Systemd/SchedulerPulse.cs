using Quartz;

namespace Sentinel.Worker.Systemd;

/// <summary>A job that does nothing but show that the scheduler starts jobs.</summary>
internal sealed class SchedulerPulse(Pulse pulse) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly JobKey _key = new("pulse", "upkeep");

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        pulse.SchedulerFired();
        return ValueTask.CompletedTask;
    }

    public static async Task ScheduleAsync(IScheduler scheduler, CancellationToken cancel)
    {
        var job = JobBuilder.Create<SchedulerPulse>().WithIdentity(_key).Build();
        var trigger = TriggerBuilder.Create()
            .WithIdentity("pulse", "upkeep")
            .WithSimpleSchedule(schedule => schedule.WithInterval(Interval).RepeatForever())
            .StartNow()
            .Build();
        await scheduler.ScheduleJob(job, trigger, cancellationToken: cancel);
    }

    /// <summary>
    /// True when every worker has a job: then a job that does not start says nothing of the scheduler, and trainings have limits of their own.
    /// </summary>
    public static async Task<bool> HasHandsFullAsync(IScheduler scheduler, CancellationToken cancel)
    {
        var now = await scheduler.GetMetadata(cancel);
        return now.LocalExecutingJobs >= now.ThreadPoolSize;
    }
}
