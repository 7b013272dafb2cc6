using System.Collections.Concurrent;
using System.Globalization;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Drift;

/// <summary>
/// Tells drift of the camera or the light (inputs) from drift of the product or its process (scores alone), with hysteresis: a signal drifts from the line on
/// and until it is well below. While anything drifts, new models wait for a person.
/// </summary>
internal sealed partial class DriftDetection(
    ActiveDetectors detectors, DriftLedger ledger, SentinelOptions options, SentinelMetrics metrics, TimeProvider time, ILogger<DriftDetection> logger)
{
    private const double Begins = 1.0;
    private const double Ends = 0.7;

    private readonly Dictionary<string, string> _lastSeen = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, DateTimeOffset>> _on = new(StringComparer.Ordinal);

    /// <summary>What drifts, as of the last look, and since when; costs nothing to ask.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> KnownOf(string product) => _on.GetValueOrDefault(product) ?? new Dictionary<string, DateTimeOffset>();

    /// <summary>Looks at the newest images of a product, when there are new ones.</summary>
    public void Look(string product)
    {
        Compare(product);
        _on[product] = ledger.On(product);
    }

    private void Compare(string product)
    {
        var samples = ledger.Newest(product, options.SettingsOf(product).Drift.Window);
        if (detectors.ModelOf(product) is not { } model || samples.Count == 0 || _lastSeen.GetValueOrDefault(product) == samples[0].Id + model.Version)
        {
            return;
        }

        _lastSeen[product] = samples[0].Id + model.Version;
        var ratios = DriftState.Of(samples, model);
        var before = ledger.On(product).Keys.ToHashSet(StringComparer.Ordinal);
        var after = before.Where(signal => !ratios.TryGetValue(signal, out var ratio) || ratio >= Ends)
            .Concat(ratios.Where(signal => signal.Value >= Begins).Select(signal => signal.Key)).ToHashSet(StringComparer.Ordinal);
        foreach (var (signal, ratio) in ratios)
        {
            metrics.DriftMeasured(product, signal, ratio);
            if (before.Contains(signal) != after.Contains(signal))
            {
                Switch(product, signal, ratio, model.Version, after);
            }
        }
    }

    /// <param name="product">The product.</param>
    /// <param name="signal">What begins or ends to drift.</param>
    /// <param name="ratio">How far it is.</param>
    /// <param name="version">The model in use.</param>
    /// <param name="on">Everything that drifts now: one signal alone does not tell the cause.</param>
    private void Switch(string product, string signal, double ratio, string version, HashSet<string> on)
    {
        var begins = on.Contains(signal);
        var cause = on.Count > 0 ? DriftCause.Of(on) : "nothing drifts any more";
        var now = time.GetUtcNow();
        ledger.Switch(product, signal, begins ? now : null, new AuditEntry(
            now, "host", begins ? AuditEvents.DriftBegan : AuditEvents.DriftEnded, product, version, null,
            new Dictionary<string, object?> { ["signal"] = signal, ["ratio"] = Math.Round(ratio, 3), ["means"] = cause }));
        if (begins)
        {
            Log.Began(logger, product, signal, ratio.ToString("0.00", CultureInfo.InvariantCulture), cause);
        }
        else
        {
            Log.DriftEnded(logger, product, signal);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Product} drifts in {Signal}, {Ratio} of what counts as drift: {Cause}. New models wait for approval.")]
        public static partial void Began(ILogger logger, string product, string signal, string ratio, string cause);

        [LoggerMessage(LogLevel.Information, "{Product} drifts in {Signal} no more.")]
        public static partial void DriftEnded(ILogger logger, string product, string signal);
    }
}
