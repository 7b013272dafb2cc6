using System.Collections.Concurrent;
using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Inspection;

/// <summary>
/// The detector in use for each product. A newly published champion is loaded beside the old one and takes over between two images; the old
/// one is freed when its last lease is returned.
/// </summary>
internal sealed partial class ActiveDetectors(
    ModelRegistry registry, TorchThread torch, Readiness readiness, SentinelMetrics metrics, TimeProvider time, ILogger<ActiveDetectors> logger)
    : IDisposable
{
    /// <summary>Stands for the version when the file that names it cannot be read.</summary>
    private const string Unnamed = "?";

    private static readonly TimeSpan _secondLook = TimeSpan.FromMinutes(1);

    // Neither a share that is back nor rights that were given make numbers of what is none: sooner, the model would only fail on another image.
    private static readonly TimeSpan _secondLookAfterScores = TimeSpan.FromHours(1);

    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly ConcurrentDictionary<string, Shared> _inUse = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Version, DateTimeOffset At)> _unusable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _withoutScores = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private bool _saidSingle;

    /// <summary>The product's detector for as long as the lease is held, or null when it has no usable model yet.</summary>
    public Lease? Borrow(string product)
    {
        // A detector that was replaced between the look-up and the borrowing refuses; the table then holds its successor.
        while (_inUse.TryGetValue(product, out var shared))
        {
            if (shared.TryBorrow())
            {
                return new Lease(shared.Detector, shared.Version, shared.Return);
            }
        }

        return null;
    }

    /// <summary>Every product that has a usable model.</summary>
    public ICollection<string> Products => _inUse.Keys;

    /// <summary>The model in use, or null.</summary>
    public ModelManifest? ModelOf(string product) => _inUse.GetValueOrDefault(product)?.Detector.Model;

    /// <summary>Takes up the product's champion when it is not the version in use. A champion that cannot be loaded leaves the old one in use.</summary>
    public async Task RefreshAsync(string product)
    {
        await _refreshing.WaitAsync();
        try
        {
            await TakeUpChampionAsync(product);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>
    /// Puts a model out of use that cannot score images: it would fail on each. The last model before the champion that can be loaded takes its place; without one the product's
    /// images wait.
    /// </summary>
    /// <param name="product">The product.</param>
    /// <param name="version">The version that failed; when another is in use by now, that one stays.</param>
    /// <param name="problem">Why, for people.</param>
    public async Task RefuseAsync(string product, string version, string problem)
    {
        await _refreshing.WaitAsync();
        try
        {
            if (_inUse.TryGetValue(product, out var shared) && shared.Version == version && _inUse.TryRemove(product, out _))
            {
                shared.Return();
                _withoutScores[Name(product, version)] = time.GetUtcNow() + _secondLookAfterScores;
                await NoteUnusableAsync(product, version, problem);
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Frees every detector; not before inspection has ended.</summary>
    public void Dispose()
    {
        foreach (var product in _inUse.Keys)
        {
            if (_inUse.TryRemove(product, out var shared))
            {
                shared.Return();
            }
        }

        _refreshing.Dispose();
    }

    private async Task TakeUpChampionAsync(string product)
    {
        var version = Unnamed;
        try
        {
            var champion = registry.ChampionRecordOf(product);
            version = champion?.Version;
            if (version is null || version == VersionOf(product))
            {
                Forgive(product);
            }
            else if (!WasUnusable(product, version))
            {
                var before = VersionOf(product);
                TakeUp(product, version, await Detector.LoadAsync(registry.FolderToLoad(product, version), torch));
                Forgive(product);
                CountChoice(product, champion!, before);
            }
        }
        catch (Exception fault) when (IsOfModelOrMachine(fault))
        {
            if (!WasUnusable(product, version ?? Unnamed))
            {
                await NoteUnusableAsync(product, version ?? Unnamed, fault.Message);
            }
        }
    }

    private async Task NoteUnusableAsync(string product, string version, string problem)
    {
        _unusable[product] = (version, time.GetUtcNow());
        metrics.ModelUnusable(product);
        readiness.Report($"model {product}", problem);
        if (VersionOf(product) is null && version != Unnamed)
        {
            await FallBackAsync(product, version);
        }

        Log.Unusable(logger, product, version, VersionOf(product) ?? "none", problem);
    }

    private static bool IsOfModelOrMachine(Exception fault) =>
        fault is ModelUnusableException or MachineFaultException or IOException or UnauthorizedAccessException;

    /// <summary>A person decides in another process, by <c>sentinel models</c>; what this host decides is counted where it does.</summary>
    private void CountChoice(string product, ChampionRecord champion, string? before)
    {
        if (champion.PublishedAt >= _started && champion.By is not (null or PromotedBy.Gate or PromotedBy.Shadow or PromotedBy.Host))
        {
            var isBack = before is not null && champion.Withdrawn.Contains(before);
            metrics.PromotionDecided(product, isBack ? PromotionOutcomes.RolledBack : PromotionOutcomes.Promoted);
        }
    }

    /// <summary>After a start with a damaged champion: the model before it is better than none. What is reported stays reported.</summary>
    private async Task FallBackAsync(string product, string damaged)
    {
        foreach (var earlier in BeforeChampionOf(product).Where(earlier => earlier != damaged && !GaveNoScores(product, earlier)))
        {
            try
            {
                TakeUp(product, earlier, await Detector.LoadAsync(registry.FolderToLoad(product, earlier), torch));
                return;
            }
            catch (Exception fault) when (IsOfModelOrMachine(fault))
            {
                Log.NotInItsPlace(logger, product, damaged, earlier, fault.Message);
            }
        }
    }

    private IReadOnlyList<string> BeforeChampionOf(string product)
    {
        try
        {
            return registry.ChampionRecordOf(product)?.Before ?? [];
        }
        catch (Exception fault) when (IsOfModelOrMachine(fault))
        {
            return []; // Reported where the champion is looked for.
        }
    }

    private void TakeUp(string product, string version, Detector detector)
    {
        // The metrics first: whoever sees a model in use finds it counted.
        metrics.ModelTakenUp(product, version, detector.Model.TrainedAt, detector.Model.Calibration.Threshold);
        metrics.ModelUsed(product, detector.Model.Training.Images.Count, detector.Model.Training.LeftOut.Count);
        metrics.ModelTrainedInSingle(product, detector.Model.Training.WrongInBfloat16.Count);
        if (detector.Model.Training.WrongInBfloat16 is [var first, ..] && !_saidSingle)
        {
            _saidSingle = true;
            Log.TrainedInSingle(logger, product, version, detector.Model.Training.WrongInBfloat16.Count, first);
        }

        var before = _inUse.GetValueOrDefault(product);
        _inUse[product] = new Shared(detector, version);
        before?.Return();
        Log.TakenUp(logger, product, version, before?.Version ?? "none");
        if (detector.Model.IsSuspect)
        {
            Log.Suspect(logger, product, version, ModelManifest.Suspicion);
        }
    }

    private string? VersionOf(string product) => _inUse.GetValueOrDefault(product)?.Version;

    private void Forgive(string product)
    {
        if (_unusable.Remove(product))
        {
            readiness.Report($"model {product}", null);
        }
    }

    /// <summary>Loading is not tried again each second; after a minute it is, because a share may be back or rights given.</summary>
    private bool WasUnusable(string product, string version) =>
        GaveNoScores(product, version) || (_unusable.TryGetValue(product, out var last) && last.Version == version && time.GetUtcNow() - last.At < _secondLook);

    private bool GaveNoScores(string product, string version) =>
        _withoutScores.TryGetValue(Name(product, version), out var until) && time.GetUtcNow() < until;

    private static string Name(string product, string version) => $"{product}/{version}";

    /// <summary>One use of a detector, of one image or one batch; dispose to return it.</summary>
    public sealed class Lease(Detector detector, string version, Action giveBack) : IDisposable
    {
        private Action? _giveBack = giveBack;

        public Detector Detector { get; } = detector;

        /// <summary>The name of its folder.</summary>
        public string Version { get; } = version;

        public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
    }

    /// <summary>A detector and the number of those who need it: the table that holds it, and every lease.</summary>
    private sealed class Shared(Detector detector, string version)
    {
        private int _holders = 1;

        public Detector Detector { get; } = detector;

        /// <summary>The name of its folder, which is what the registry speaks of.</summary>
        public string Version { get; } = version;

        public bool TryBorrow()
        {
            var holders = Volatile.Read(ref _holders);
            while (holders > 0)
            {
                var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
                if (seen == holders)
                {
                    return true;
                }

                holders = seen;
            }

            return false;
        }

        public void Return()
        {
            if (Interlocked.Decrement(ref _holders) == 0)
            {
                Detector.Dispose();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Model {Version} of {Product} was trained in single precision: {Count} kinds of convolution are wrong in bfloat16 on the machine that trained it, the first is {First}. Trainings take longer there; nothing else need be done.")]
        public static partial void TrainedInSingle(ILogger logger, string product, string version, int count, string first);

        [LoggerMessage(LogLevel.Information, "{Product} is inspected with model {Version} (before: {Before}).")]
        public static partial void TakenUp(ILogger logger, string product, string version, string before);

        [LoggerMessage(LogLevel.Error, "Model {Earlier} of {Product} cannot take the place of {Version} either. {Problem}")]
        public static partial void NotInItsPlace(ILogger logger, string product, string version, string earlier, string problem);

        [LoggerMessage(LogLevel.Warning, "Model {Version} of {Product} was {Suspicion}.")]
        public static partial void Suspect(ILogger logger, string product, string version, string suspicion);

        [LoggerMessage(LogLevel.Error, "Model {Version} of {Product} cannot be used; in use stays: {Before}. {Problem}")]
        public static partial void Unusable(ILogger logger, string product, string version, string before, string problem);
    }
}
