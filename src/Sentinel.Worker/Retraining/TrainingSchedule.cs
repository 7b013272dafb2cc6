using Quartz;
using Sentinel.Core;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Retraining;

/// <summary>Finds products in <c>good/</c>, gives each its Quartz job with its schedule, and starts what is due besides.</summary>
internal sealed partial class TrainingSchedule(
    DataFolders folders, SentinelOptions options, ISchedulerFactory schedulers, TrainingPlanner planner, TrainingHistory history, TrainingLog log,
    Readiness readiness, SentinelMetrics metrics, TimeProvider time, ILogger<TrainingSchedule> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var scheduler = await schedulers.GetScheduler(stoppingToken);
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            await LookAsync(scheduler, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(IScheduler scheduler, CancellationToken cancel)
    {
        try
        {
            foreach (var product in Directory.EnumerateDirectories(folders.Good).Select(path => Path.GetFileName(path)))
            {
                if (_known.Add(product))
                {
                    await MeetAsync(scheduler, product, cancel);
                }

                if (ProductName.IsValid(product) && planner.IsDue(product))
                {
                    log.Note(product, state => state with { Running = true });
                    await scheduler.TriggerJob(new JobKey(product), cancellationToken: cancel);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            readiness.Report("known-good", $"The known-good images cannot be looked at: {fault.Message}");
            return;
        }

        readiness.Report("known-good", null);
    }

    private async Task MeetAsync(IScheduler scheduler, string product, CancellationToken cancel)
    {
        if (!ProductName.IsValid(product))
        {
            Log.NotAProduct(logger, product, ProductName.Rule);
            return;
        }

        var schedule = TrainingTime.CronOf(product, options.SettingsOf(product).Training.Schedule);
        var job = JobBuilder.Create<TrainingJob>().WithIdentity(product).UsingJobData(TrainingJob.Product, product).StoreDurably().Build();
        var trigger = TriggerBuilder.Create()
            .WithIdentity(product)
            .WithSchedule(CronScheduleBuilder.Create(schedule).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
            .UsingJobData(TrainingJob.Scheduled, true)
            .Build();
        await scheduler.ScheduleJob(job, trigger, cancellationToken: cancel);
        if (planner.WasMissed(product))
        {
            Log.MadeUp(logger, product);
            await scheduler.TriggerJob(new JobKey(product), new JobDataMap { [TrainingJob.Scheduled] = true }, cancel);
        }

        metrics.ProductKnown(product);
        history.Recall(product);
        if (TrainingTime.Interval(time.GetUtcNow(), product, schedule) is { } interval)
        {
            metrics.TrainingScheduled(product, interval);
        }

        // Whoever shows good images of a product wants a place to drop the others.
        Directory.CreateDirectory(Path.Combine(folders.Inbox, product));
        Log.Met(logger, product, KnownGood.In(Path.Combine(folders.Good, product)).Images, schedule);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Product {Product}: {Images} known-good images, trained by schedule '{Schedule}'.")]
        public static partial void Met(ILogger logger, string product, int images, string schedule);

        [LoggerMessage(LogLevel.Information, "A training of {Product} was missed while Sentinel did not run and is made up now.")]
        public static partial void MadeUp(ILogger logger, string product);

        [LoggerMessage(LogLevel.Warning, "The folder good/{Folder} is left out: a product's name takes {Rule}.")]
        public static partial void NotAProduct(ILogger logger, string folder, string rule);
    }
}
