using Sentinel.Core.Models;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Retraining;

/// <summary>
/// Decides when a product is trained, besides its schedule: at once when it has images and no model, when enough images were added since, again after a
/// failure, and once for a run that was missed.
/// </summary>
internal sealed class TrainingPlanner(DataFolders folders, ModelRegistry registry, SentinelOptions options, TrainingLog log, TimeProvider time)
{
    /// <summary>People are still copying while the folder changes.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>Counting images goes through the folder; for a product that has a model there is no hurry.</summary>
    private static readonly TimeSpan _betweenCounts = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan[] _backOff = [.. new[] { 1, 5, 15, 60 }.Select(minutes => TimeSpan.FromMinutes(minutes))];

    /// <summary>Time until the next attempt after so many failures in a row: 1, 5, 15 minutes, then every hour.</summary>
    public static TimeSpan BackOff(int failures) => _backOff[Math.Clamp(failures, 1, _backOff.Length) - 1];

    /// <summary>
    /// Time until the next attempt after a training that met a fault of the machine. Minutes would repair nothing and fill log and audit trail. Never
    /// again would be too long: such a fault may pass (a processor that was too hot, a virtual machine that was moved), and nobody may think of asking.
    /// An attempt an hour costs little, since the trainer checks the machine before it learns. Whoever has repaired the machine need not wait: a restart of the host and
    /// <c>sentinel products train</c> try at once.
    /// </summary>
    public static readonly TimeSpan AfterMachineFault = TimeSpan.FromHours(1);

    /// <summary>Null while the product is paused.</summary>
    public DateTimeOffset? NextScheduled(string product) => TrainingPause.Of(registry, product) is null
        ? TrainingTime.After(time.GetUtcNow(), product, options.SettingsOf(product).Training.Schedule)
        : null;

    public TrainingPause? PauseOf(string product) => TrainingPause.Of(registry, product);

    public LastTraining? LastOf(string product) => LastTraining.Read(registry, product);

    /// <summary>True when the schedule asked at least once since the last training while nobody listened.</summary>
    public bool WasMissed(string product) =>
        TrainingPause.Of(registry, product) is null && LastOf(product) is { } last
        && TrainingTime.After(last.EndedAt, product, options.SettingsOf(product).Training.Schedule) < time.GetUtcNow();

    /// <summary>True when a training should start now without waiting for the schedule.</summary>
    public bool IsDue(string product)
    {
        var state = log.Of(product);
        if (state.Running || TrainingPause.Of(registry, product) is not null)
        {
            return false;
        }

        if (state.NotBefore is { } retry)
        {
            return time.GetUtcNow() >= retry;
        }

        if (state.LastOutcome is null && LastOf(product)?.Outcome == TrainingOutcomes.MachineFault)
        {
            return true; // The host was started again, perhaps on another machine.
        }

        return ChampionOf(product) is null ? CanBegin(product, state) : HasNewImages(product, state);
    }

    /// <summary>Why a scheduled training would be of no use, or null when it should run.</summary>
    public string? ReasonToSkip(string product, KnownGood good)
    {
        if (TrainingPause.Of(registry, product) is { } pause)
        {
            return $"it is paused since {pause.Since:yyyy-MM-dd HH:mm} UTC by {pause.By}";
        }

        if (ChampionOf(product) is { } champion)
        {
            return LastOf(product) is { Outcome: TrainingOutcomes.Trained } last && last.Fingerprint == good.Fingerprint && registry.ProblemOf(product, champion) is null
                && !IsToBeReplaced(product, champion)
                ? $"its {good.Images} known-good images are those that model {last.Version} learned from"
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

    /// <summary>A suspect model is trained anew from the same images, unless a sound one waits to take its place.</summary>
    private bool IsToBeReplaced(string product, string champion)
    {
        try
        {
            return registry.Read(product, champion).IsSuspect
                && (registry.ChallengerOf(product) is not { } waiting || registry.Read(product, waiting.Version).IsSuspect);
        }
        catch (ModelUnusableException)
        {
            return true;
        }
    }

    private bool CanBegin(string product, TrainingState state)
    {
        var good = KnownGood.In(Path.Combine(folders.Good, product));
        return good.Images >= KnownGood.Enough && IsQuiet(product, good) && !WasRefused(state, good);
    }

    private bool HasNewImages(string product, TrainingState state)
    {
        var enough = options.SettingsOf(product).Training.AfterNewImages;
        var now = time.GetUtcNow();
        if (enough == 0 || LastOf(product) is not { } last)
        {
            return false;
        }

        var isChanging = state.Seen is not null && state.Seen != last.Fingerprint;
        if (now - state.CountedAt < (isChanging ? Quiet : _betweenCounts))
        {
            return false;
        }

        log.Note(product, s => s with { CountedAt = now });
        var good = KnownGood.In(Path.Combine(folders.Good, product));
        return good.Images - last.Images >= enough && good.Fingerprint != last.Fingerprint && IsQuiet(product, good);
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
