using Sentinel.Core.Detection;

namespace Sentinel.Worker.Telemetry;

/// <summary>Everything Sentinel counts and measures, one verb per event.</summary>
internal sealed class SentinelMetrics
{
    /// <summary>Makes every series of a product appear with 0, so that the first event is seen as an increase.</summary>
    public void ProductKnown(string product) => throw new NotImplementedException(product);

    /// <summary>A file was claimed from the inbox for the first time.</summary>
    public void ImageReceived(string product) => throw new NotImplementedException(product);

    /// <summary>A verdict was recorded in the ledger; never called twice for one ledger row.</summary>
    public void ImageInspected(string product, Verdict verdict, double ratio, double anomalousAreaRatio, TimeSpan delay) =>
        throw new NotImplementedException((product, verdict, ratio, anomalousAreaRatio, delay).ToString());

    /// <summary>A file was set aside. <paramref name="reason"/> is one of a handful of words, never a file name.</summary>
    public void ImageFailed(string product, string reason) => throw new NotImplementedException((product, reason).ToString());

    /// <summary>A file with content that already has its verdict arrived again.</summary>
    public void ImageDuplicate(string product) => throw new NotImplementedException(product);

    /// <summary>One step (settle, decode, infer, write) of one image took this long.</summary>
    public void StepTook(string step, TimeSpan duration) => throw new NotImplementedException((step, duration).ToString());

    public void InboxScanned(TimeSpan duration) => throw new NotImplementedException(duration.ToString());

    /// <summary>What waits in a product's inbox folder, and since when the oldest does.</summary>
    public void InboxHolds(string product, int files, DateTimeOffset? oldest) =>
        throw new NotImplementedException((product, files, oldest).ToString());

    /// <summary>Intake is paused, or with null goes on.</summary>
    public void IntakePaused(string? reason) => throw new NotImplementedException(reason);
}
