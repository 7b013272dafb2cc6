using Quartz;
using Sentinel.Core.Models;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Retraining;

/// <summary>Decides when a product is trained, besides its schedule: at once when it has images and no model, and again after a failure.</summary>
internal sealed class TrainingPlanner(DataFolders folders, ModelRegistry registry, SentinelOptions options, TrainingLog log, TimeProvider time)
{
    /// <summary>People are still copying while the folder changes.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan[] _backOff = [.. new[] { 1, 5, 15, 60 }.Select(minutes => TimeSpan.FromMinutes(minutes))];

    /// <summary>Time until the next attempt after so many failures in a row: 1, 5, 15 minutes, then every hour.</summary>
    public static TimeSpan BackOff(int failures) => _backOff[Math.Clamp(failures, 1, _backOff.Length) - 1];

    public DateTimeOffset? NextScheduled(string product) =>
        new CronExpression(options.SettingsOf(product).Training.Schedule).GetNextValidTimeAfter(time.GetUtcNow());

    /// <summary>True when a training should start now without waiting for the schedule.</summary>
    public bool IsDue(string product)
    {
        var state = log.Of(product);
        if (state.Running)
        {
            return false;
        }

        if (state.NotBefore is { } retry)
        {
            return time.GetUtcNow() >= retry;
        }

        if (ChampionOf(product) is not null)
        {
            return false;
        }

        var good = KnownGood.In(Path.Combine(folders.Good, product));
        return good.Images >= KnownGood.Enough && IsQuiet(product, good) && !WasRefused(state, good);
    }

    /// <summary>Why a scheduled training would be of no use, or null when it should run.</summary>
    public string? ReasonToSkip(string product, KnownGood good)
    {
        if (ChampionOf(product) is { } champion)
        {
            return TrainedOn.Read(registry, product) is { } trained && trained.Version == champion && trained.Fingerprint == good.Fingerprint
                ? $"its {good.Images} known-good images are those that model {champion} learned from"
                : null;
        }

        return good.Images < KnownGood.Enough ? $"it has {good.Images} known-good images; the first training takes {KnownGood.Enough}"
            : WasRefused(log.Of(product), good) ? "its known-good images are those that were too few"
            : null;
    }

    /// <summary>A product whose champion cannot be made out has one for all that: whether to train anew is for a person to say.</summary>
    public string? ChampionOf(string product)
    {
        try
        {
            return registry.ChampionOf(product);
        }
        catch (ModelUnusableException)
        {
            return "?";
        }
    }

    private static bool WasRefused(TrainingState state, KnownGood good) =>
        state.LastOutcome == TrainingOutcomes.Refused && state.Attempted == good.Fingerprint;

    private bool IsQuiet(string product, KnownGood good)
    {
        var now = time.GetUtcNow();
        var state = log.Note(product, s => s.Seen == good.Fingerprint ? s : s with { Seen = good.Fingerprint, SeenSince = now });
        return now - state.SeenSince >= Quiet;
    }
}
