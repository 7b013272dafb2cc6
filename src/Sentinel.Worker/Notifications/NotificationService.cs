using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Notifications;

/// <summary>Sends one courier to each channel that is configured. They do not wait for one another.</summary>
internal sealed class NotificationService(
    IEnumerable<INotificationChannel> channels, Outbox outbox, ImageLedger ledger, DataFolders folders, SentinelMetrics metrics,
    TimeProvider time, ILogger<Courier> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var channel in channels)
        {
            metrics.ChannelKnown(channel.Name);
        }

        return Task.WhenAll(channels.Select(channel => Task.Run(
            () => new Courier(channel, outbox, ledger, folders, metrics, time, logger).RunAsync(stoppingToken), stoppingToken)));
    }
}
