using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Notifications;

/// <summary>
/// Carries what is in the outbox to one channel, the oldest first and each product's in order. While the receiver is away everything waits;
/// a message that the receiver refuses holds up only its own product, and is given up after ten times.
/// </summary>
internal sealed partial class Courier(
    INotificationChannel channel, Outbox outbox, ImageLedger ledger, DataFolders folders, SentinelMetrics metrics, TimeProvider time,
    ILogger<Courier> logger)
{
    private const int MostRefusals = 10;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    private readonly RepeatLimit _repeats = new(TimeSpan.FromMinutes(5), time);
    private int _failures;

    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            var pause = _interval;
            try
            {
                pause = await DeliverAsync(stopping) ? TimeSpan.Zero : _interval;
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested)
            {
                // Whatever it is: inspection does not end because somebody could not be told.
                pause = BackOff.After(++_failures);
                metrics.NotificationEnded(channel.Name, NotificationOutcomes.Retried);
                Say(fault);
            }

            await Task.Delay(pause, time, stopping);
        }
    }

    private void Say(Exception fault)
    {
        if (_repeats.TimesToSay(fault.Message) is not { } times)
        {
            return;
        }

        if (fault is ReceiverUnreachableException or LedgerUnavailableException or IOException or UnauthorizedAccessException)
        {
            Log.Waits(logger, channel.Name, fault.Message, times);
        }
        else
        {
            Log.ChannelBroke(logger, fault, channel.Name, times);
        }
    }

    /// <returns>Whether anything was delivered: then more may be due.</returns>
    private async Task<bool> DeliverAsync(CancellationToken stopping)
    {
        var delivered = false;
        foreach (var message in outbox.Next(channel.Name, time.GetUtcNow()))
        {
            delivered |= await DeliverAsync(message, stopping);
        }

        metrics.NotificationsPending(channel.Name, outbox.Count(channel.Name));
        return delivered;
    }

    private async Task<bool> DeliverAsync(OutboxMessage message, CancellationToken stopping)
    {
        try
        {
            await channel.SendAsync(Read(message), stopping);
        }
        catch (MessageRefusedException fault)
        {
            Refused(message, fault.Message);
            return false;
        }

        outbox.StrikeOut(message.Id);
        metrics.NotificationEnded(channel.Name, NotificationOutcomes.Delivered);
        if (_failures > 0)
        {
            _failures = 0;
            _repeats.Forget();
            Log.Back(logger, channel.Name);
        }

        return true;
    }

    private void Refused(OutboxMessage message, string problem)
    {
        var refusals = message.Attempts + 1;
        if (refusals < MostRefusals)
        {
            outbox.Postpone(message.Id, time.GetUtcNow() + BackOff.After(refusals), problem);
            metrics.NotificationEnded(channel.Name, NotificationOutcomes.Retried);
            return;
        }

        outbox.GiveUp(message.Id, time.GetUtcNow(), problem);
        metrics.NotificationEnded(channel.Name, NotificationOutcomes.GivenUp);
        Log.GivenUp(logger, channel.Name, message.Image, message.Product, MostRefusals, problem);
    }

    /// <summary>The result file; where it was removed, or lost in a crash, what the ledger knows of it.</summary>
    private Notification Read(OutboxMessage message)
    {
        var entry = ledger.Find(message.Image) ?? throw new MessageRefusedException($"Image {message.Image} is gone from the ledger.");
        var verdict = entry.Verdict ?? throw new MessageRefusedException($"Image {message.Image} has no verdict to tell of.");
        var file = Path.Combine(folders.Root, verdict.ResultPath);
        var body = File.Exists(file) ? File.ReadAllBytes(file) : InspectionReport.Of(entry, verdict, entry.FiledPath).ToJson();
        return new Notification(message.Image, message.Product, verdict.Verdict, body);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The {Channel} cannot be told now; everything waits. {Problem} ({Times} times)")]
        public static partial void Waits(ILogger logger, string channel, string problem, int times);

        [LoggerMessage(LogLevel.Error, "The {Channel} broke off and is tried again; everything waits. ({Times} times)")]
        public static partial void ChannelBroke(ILogger logger, Exception fault, string channel, int times);

        [LoggerMessage(LogLevel.Information, "The {Channel} can be told again.")]
        public static partial void Back(ILogger logger, string channel);

        [LoggerMessage(LogLevel.Error, "The {Channel} refused image {Image} of {Product} {Times} times and is not told of it any more. {Problem}")]
        public static partial void GivenUp(ILogger logger, string channel, string image, string product, int times, string problem);
    }
}
