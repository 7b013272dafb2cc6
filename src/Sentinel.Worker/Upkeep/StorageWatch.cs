using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Upkeep;

/// <summary>Looks at the free space every few seconds, and now and then at what each folder takes.</summary>
internal sealed partial class StorageWatch(
    FreeSpaceFloor floor, DataFolders folders, SentinelMetrics metrics, TimeProvider time, ILogger<StorageWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _sizeInterval = TimeSpan.FromMinutes(15);

    /// <summary>The first look comes before anything is taken from the inbox.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        floor.Look();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(RepeatAsync(_interval, floor.Look, stoppingToken), RepeatAsync(_sizeInterval, () => Weigh(stoppingToken), stoppingToken));
    }

    private async Task RepeatAsync(TimeSpan interval, Action step, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            await Task.Run(step, stopping);
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private void Weigh(CancellationToken stopping)
    {
        foreach (var folder in MeasuredFolders.Of(folders))
        {
            try
            {
                metrics.StorageUsed(Path.GetFileName(folder), MeasuredFolders.Size(folder, stopping));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Log.CannotMeasure(logger, folder, fault.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Cannot measure what {Folder} takes: {Fault}")]
        public static partial void CannotMeasure(ILogger logger, string folder, string fault);
    }
}
