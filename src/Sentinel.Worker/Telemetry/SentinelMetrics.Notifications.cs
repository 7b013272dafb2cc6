using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <content>What is told to others besides Prometheus; there only when a channel is configured.</content>
internal sealed partial class SentinelMetrics
{
    private readonly ConcurrentDictionary<string, long> _pending = new(StringComparer.Ordinal);
    private readonly Counter<long> _notifications;

    /// <summary>Makes every series of a channel appear with 0.</summary>
    public void ChannelKnown(string channel)
    {
        _pending.TryAdd(channel, 0);
        foreach (var outcome in NotificationOutcomes.All)
        {
            _notifications.Add(0, Label("channel", channel), Label("outcome", outcome));
        }
    }

    /// <summary>An attempt to tell a channel ended; <paramref name="outcome"/> is one of <see cref="NotificationOutcomes"/>.</summary>
    public void NotificationEnded(string channel, string outcome) => _notifications.Add(1, Label("channel", channel), Label("outcome", outcome));

    /// <summary>Messages that a channel has not taken yet.</summary>
    public void NotificationsPending(string channel, long messages) => _pending[channel] = messages;

    private void ObserveNotifications(Meter meter) => meter.CreateObservableGauge(
        "sentinel_notifications_pending",
        () => _pending.Select(p => new Measurement<long>(p.Value, Label("channel", p.Key))),
        null,
        "Verdicts that a channel has not been told yet.");
}
