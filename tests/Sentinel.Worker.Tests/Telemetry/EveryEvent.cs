using Sentinel.Core.Detection;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Telemetry;

/// <summary>Has everything happen once that can be counted or measured, so that every series is there.</summary>
internal static class EveryEvent
{
    public const string Inspection = "019a0000-0000-7000-8000-000000000001";

    public static void Happens(SentinelMetrics metrics, string product = "tile")
    {
        metrics.ImageReceived(product);
        metrics.ImageInspected(product, Verdict.Anomalous, 1.4, 0.02, TimeSpan.FromSeconds(0.2), Inspection);
        metrics.ImageFailed(product, "/inbox/secret.png");
        metrics.ImageDuplicate(product);
        foreach (var step in new[] { "settle", "decode", "infer", "denoise", "write" })
        {
            metrics.StepTook(step, TimeSpan.FromMilliseconds(12), Inspection);
        }

        metrics.InboxScanned(TimeSpan.FromMilliseconds(3));
        metrics.InboxHolds(product, 3, DateTimeOffset.UtcNow);
        metrics.ClaimBegun(product);
        metrics.InboxAvailable(product, true);
        metrics.IntakePaused("The disk is full.");
        metrics.StorageFree("archive", 1000);
        metrics.StorageUsed("archive", 10);
        metrics.StorageFloor(1);
        metrics.VerdictReviewed(product, ReviewOutcomes.Missed);
        metrics.ReviewsPending(product, 4);
        metrics.ModelTakenUp(product, "1", DateTimeOffset.UtcNow, 0.5);
        metrics.ModelTakenUp(product, "2", DateTimeOffset.UtcNow, 0.75);
        metrics.TrainingsRecalled(product, DateTimeOffset.UnixEpoch.AddDays(2), DateTimeOffset.UnixEpoch.AddDays(1), rejected: 1);
        metrics.TrainingScheduled(product, TimeSpan.FromDays(1));
        metrics.TrainingProgressed(product, 0.5, 120, 0.25, 80, 60);
        metrics.TrainingEnded(product, TrainingOutcomes.Trained, TimeSpan.FromMinutes(5));
        metrics.TrainingUsed(product, 240, 6);
        metrics.ModelUnusable(product);
        metrics.PromotionDecided(product, PromotionOutcomes.Rejected);
        metrics.ChannelKnown("webhook");
        metrics.NotificationEnded("webhook", NotificationOutcomes.Delivered);
        metrics.NotificationsPending("webhook", 1);
        metrics.DriftMeasured(product, DriftSignals.Brightness, 1.5);
    }
}
