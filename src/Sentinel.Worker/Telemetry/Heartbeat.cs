using System.Threading.Channels;
using Sentinel.Core.Torch;
using Sentinel.Worker.Inspection;

namespace Sentinel.Worker.Telemetry;

/// <summary>
/// Each minute proves for every product that an image would get its verdict: by a real one of the last minute, else by a generated one.
/// Beats when all of them came through. So an idle line and a broken Sentinel can be told apart.
/// </summary>
internal sealed partial class Heartbeat(
    ActiveDetectors detectors, InspectionQueue queue, TorchThread torch, DataFolders folders, SentinelOptions options, SentinelMetrics metrics,
    TimeProvider time, ILogger<Heartbeat> logger) : BackgroundService
{
    /// <summary>On their way at once: they wait for their turn behind production images together.</summary>
    private const int Together = 8;

    /// <summary>Generated images may take one part in this many of the time; with very many products a round lasts longer than a minute.</summary>
    private const int Share = 5;

    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    private readonly RepeatLimit _repeats = new(TimeSpan.FromMinutes(10), time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await BeatAsync(stoppingToken);
        }
        catch (ChannelClosedException)
        {
            // Sentinel stops, and the intake has closed the queue before this service was told.
            Log.Ended(logger);
        }
    }

    private async Task BeatAsync(CancellationToken stoppingToken)
    {
        var room = Path.Combine(folders.Root, ".heartbeat");
        while (true)
        {
            var next = time.GetUtcNow() + _interval;
            if (await AllComeThroughAsync(room, stoppingToken))
            {
                metrics.Beat();
                _repeats.Forget();
            }

            // Before there is a model, look for one more often.
            var pause = detectors.Products.Count == 0 ? TimeSpan.FromSeconds(5) : next - time.GetUtcNow();
            await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, time, stoppingToken);
        }
    }

    private async Task<bool> AllComeThroughAsync(string room, CancellationToken stopping)
    {
        await torch.RunAsync(() => true).WaitAsync(stopping);
        var all = true;
        foreach (var some in detectors.Products.Where(IsIdle).Chunk(Together))
        {
            var outcomes = await Task.WhenAll(some.Select(product => SendAsync(room, product, stopping)));
            all &= outcomes.All(outcome => outcome.Problem is null);
            await Task.Delay(outcomes.Aggregate(TimeSpan.Zero, (sum, outcome) => sum + outcome.Work) * (Share - 1), time, stopping);
        }

        return all;
    }

    private bool IsIdle(string product) => metrics.LastInspectionOf(product) is not { } last || time.GetUtcNow() - last >= _interval;

    private async Task<HeartbeatImage.Outcome> SendAsync(string room, string product, CancellationToken stopping)
    {
        try
        {
            var image = HeartbeatImage.Draw(room, product, options.Limits, time.GetUtcNow());
            await queue.AddAsync(image.Claim, stopping);
            var outcome = await image.End.WaitAsync(stopping);
            return outcome.Problem is { } problem ? Missed(product, problem) : outcome;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Missed(product, fault.Message);
        }
    }

    private HeartbeatImage.Outcome Missed(string product, string problem)
    {
        if (_repeats.TimesToSay(product) is { } times)
        {
            Log.Missed(logger, product, problem, times);
        }

        return new HeartbeatImage.Outcome(TimeSpan.Zero, problem);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "No heartbeat of {Product}: {Problem} ({Times} times)")]
        public static partial void Missed(ILogger logger, string product, string problem, int times);

        [LoggerMessage(LogLevel.Debug, "No more heartbeats: Sentinel stops.")]
        public static partial void Ended(ILogger logger);
    }
}
