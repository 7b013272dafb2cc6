using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <summary>What is known of the inbox itself, whatever lies in it.</summary>
internal sealed class InboxMetrics
{
    private readonly ConcurrentDictionary<string, bool> _available = new(StringComparer.Ordinal);
    private readonly Counter<long> _watcherRestarts;

    public InboxMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(SentinelMetrics.MeterName);
        _watcherRestarts = meter.CreateCounter<long>(
            "sentinel_watcher_restarts", null, "How often the watches on the inbox were made anew, by what was wrong with them.");
        foreach (var reason in WatcherFailures.All)
        {
            _watcherRestarts.Add(0, new KeyValuePair<string, object?>("reason", reason));
        }

        meter.CreateObservableGauge(
            "sentinel_inbox_available",
            () => _available.Select(p => new Measurement<int>(p.Value ? 1 : 0, new KeyValuePair<string, object?>("product", p.Key))),
            null,
            "1 when the product's inbox folder can be read and files be taken out of it; 0 when not, or when it is not there any more.");
    }

    /// <param name="reason">One of <see cref="WatcherFailures"/>.</param>
    public void WatcherRestarted(string reason) => _watcherRestarts.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Available(string product, bool isAvailable) => _available[product] = isAvailable;
}

/// <summary>What can be wrong with the watches on the inbox: the values of the label <c>reason</c>.</summary>
internal static class WatcherFailures
{
    /// <summary>More happened than the kernel keeps.</summary>
    public const string Overflow = "overflow";

    /// <summary>Events could not be read any more.</summary>
    public const string Error = "error";

    /// <summary>A canary was not heard of.</summary>
    public const string Silent = "silent";

    public static IReadOnlyList<string> All => [Overflow, Error, Silent];
}
