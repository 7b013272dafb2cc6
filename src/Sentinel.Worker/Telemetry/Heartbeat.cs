using System.Threading.Channels;
using Sentinel.Core;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Inspection;

namespace Sentinel.Worker.Telemetry;

/// <summary>
/// Each minute proves for products that have a model that an image would get its verdict: by a real one of the last minute, else by a generated
/// one. Beats while no product is known that would get none. So an idle line and a broken Sentinel can be told apart.
/// </summary>
internal sealed partial class Heartbeat(
    IExaminer examiner, ModelRegistry registry, InspectionQueue queue, TorchThread torch, DataFolders folders, SentinelOptions options, Readiness readiness,
    SentinelMetrics metrics, TimeProvider time, ILogger<Heartbeat> logger) : BackgroundService
{
    /// <summary>On their way at once: they wait for their turn behind production images together.</summary>
    private const int Together = 8;

    /// <summary>Generated images may take one part in this many of the time; what does not fit into a minute has its turn in the next one.</summary>
    private const int Share = 5;

    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _withoutModels = TimeSpan.FromSeconds(5);

    private readonly HeartbeatRota _rota = new(metrics, time);
    private readonly RepeatLimit _repeats = new(TimeSpan.FromMinutes(10), time);
    private readonly string _room = Path.Combine(folders.Root, ".heartbeat");

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

    private async Task BeatAsync(CancellationToken stopping)
    {
        while (true)
        {
            var next = time.GetUtcNow() + _interval;
            await torch.RunAsync(() => true).WaitAsync(stopping);
            var isSound = await GoRoundAsync(next, stopping);
            if (isSound)
            {
                metrics.Beat();
                _repeats.Forget();
            }

            // Before there is a model that can be used, look for one more often.
            var pause = _rota.HasProof ? next - time.GetUtcNow() : _withoutModels;
            await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, time, stopping);
        }
    }

    private async Task<bool> GoRoundAsync(DateTimeOffset end, CancellationToken stopping)
    {
        if (Products() is not { } products)
        {
            return false;
        }

        foreach (var some in _rota.Due(products).Chunk(Together))
        {
            var outcomes = await Task.WhenAll(some.Select(product => SendAsync(product, stopping)));
            foreach (var (product, outcome) in some.Zip(outcomes))
            {
                _rota.Note(product, outcome.Problem is null);
            }

            await Task.Delay(outcomes.Aggregate(TimeSpan.Zero, (sum, outcome) => sum + outcome.Work) * (Share - 1), time, stopping);
            if (time.GetUtcNow() >= end)
            {
                break;
            }
        }

        return _rota.IsWell;
    }

    /// <summary>Every product that was given a model, whether it can be used or not; null when the folder of models cannot be read.</summary>
    private List<string>? Products()
    {
        try
        {
            return [.. Directory.EnumerateDirectories(registry.Folder).Select(path => Path.GetFileName(path)).Where(ProductName.IsValid).Where(HasChampion)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // /readyz says so.
        }
    }

    private bool HasChampion(string product)
    {
        try
        {
            return registry.ChampionOf(product) is not null;
        }
        catch (ModelUnusableException)
        {
            return true;
        }
    }

    private async Task<HeartbeatImage.Outcome> SendAsync(string product, CancellationToken stopping)
    {
        if (!examiner.CanExamine(product))
        {
            return WithoutModel(product);
        }

        try
        {
            var image = HeartbeatImage.Draw(_room, product, options.Limits, time.GetUtcNow());
            await queue.AddAsync(image.Claim, stopping);
            var outcome = await image.End.WaitAsync(stopping);
            return outcome.Problem is { } problem ? Missed(product, problem) : outcome;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Missed(product, fault.Message);
        }
    }

    /// <summary>After a start and a publication it takes a moment until a model is loaded: no heartbeat yet, and nothing to say either.</summary>
    private HeartbeatImage.Outcome WithoutModel(string product) =>
        readiness.Problems.TryGetValue($"model {product}", out var problem)
            ? Missed(product, problem)
            : new HeartbeatImage.Outcome(TimeSpan.Zero, "its model is being loaded");

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
