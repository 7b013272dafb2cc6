using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Telemetry;

/// <summary>Counts twice a minute how many flagged images wait for a person.</summary>
internal sealed partial class ReviewBacklog(
    ReviewLedger reviews, SentinelMetrics metrics, TimeProvider time, ILogger<ReviewBacklog> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);

    private HashSet<string> _waiting = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var worked = true;
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            try
            {
                await Task.Run(Count, stoppingToken);
                worked = true;
            }
            catch (LedgerUnavailableException fault)
            {
                if (worked)
                {
                    Log.CannotCount(logger, fault.Message);
                }

                worked = false;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Count()
    {
        var pending = reviews.Pending();
        foreach (var (product, images) in pending)
        {
            metrics.ReviewsPending(product, images);
        }

        foreach (var done in _waiting.Where(product => !pending.ContainsKey(product)))
        {
            metrics.ReviewsPending(done, 0);
        }

        _waiting = [.. pending.Keys];
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Flagged images that wait for a person cannot be counted now: {Fault}")]
        public static partial void CannotCount(ILogger logger, string fault);
    }
}
