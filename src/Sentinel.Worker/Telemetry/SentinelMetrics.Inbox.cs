using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <content>What is known of the inbox itself.</content>
internal sealed partial class SentinelMetrics
{
    private readonly ConcurrentDictionary<string, bool> _available = new(StringComparer.Ordinal);
    private readonly Counter<long> _watcherRestarts;
    private readonly Histogram<double> _scan;

    public void InboxScanned(TimeSpan duration) => _scan.Record(duration.TotalSeconds);

    /// <summary>What waits in a product's inbox folder, and since when the oldest does.</summary>
    public void InboxHolds(string product, int files, DateTimeOffset? oldest, int unreadable = 0)
    {
        ProductKnown(product);
        var state = _products.Of(product)!;
        (state.Waiting, state.Unreadable, state.OldestWaiting) = (files, unreadable, oldest is null ? 0 : ProductGauges.Seconds(oldest.Value));
    }

    /// <summary>Files that wait in a product's inbox folder, as last reported.</summary>
    public int WaitingOf(string product) => (int)(_products.Of(product)?.Waiting ?? 0);

    /// <summary>A file that was taken out of the inbox is on its way to its verdict.</summary>
    public void ClaimBegun(string product)
    {
        ProductKnown(product);
        _products.Of(product)!.ClaimsChanged(1);
    }

    /// <summary>It has its verdict, or another end, or lies in the inbox again.</summary>
    public void ClaimEnded(string product) => _products.Of(product)?.ClaimsChanged(-1);

    /// <summary>The product's inbox folder can be read and files be taken out of it, or not.</summary>
    public void InboxAvailable(string product, bool isAvailable) => _available[product] = isAvailable;

    /// <param name="reason">One of <see cref="WatcherFailures"/>.</param>
    public void WatcherRestarted(string reason) => _watcherRestarts.Add(1, Label("reason", reason));

    private void ObserveInbox(Meter meter) => meter.CreateObservableGauge(
        "sentinel_inbox_available",
        () => _available.Select(p => new Measurement<int>(p.Value ? 1 : 0, Product(p.Key))),
        null,
        "1 when the product's inbox folder can be read and files be taken out of it; 0 when not, or when it is not there any more.");
}
