using System.Diagnostics.Metrics;
using Sentinel.Core.Detection;

namespace Sentinel.Worker.Telemetry;

/// <content>What becomes of images.</content>
internal sealed partial class SentinelMetrics
{
    /// <summary>Words that <see cref="ImageFailed"/> may be called with; anything else is counted as <c>other</c>.</summary>
    public static readonly IReadOnlyList<string> FailureReasons =
        ["not_an_image", "truncated", "damaged", "too_large", "too_small", "too_slow", "unsupported", "unreadable", "crashed", "other"];

    private readonly Counter<long> _received;
    private readonly Counter<long> _inspected;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _duplicate;
    private readonly Histogram<double> _delay;
    private readonly Histogram<double> _step;
    private readonly Histogram<double> _score;
    private readonly Histogram<double> _area;

    /// <summary>A file was claimed from the inbox for the first time.</summary>
    public void ImageReceived(string product)
    {
        ProductKnown(product);
        _received.Add(1, Product(product));
    }

    /// <summary>A verdict was recorded in the ledger; never called twice for one ledger row.</summary>
    /// <param name="product">Name of the product.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="ratio">Score over threshold.</param>
    /// <param name="anomalousAreaRatio">Share of the image that its regions cover, 0..1.</param>
    /// <param name="delay">From the complete file to the verdict.</param>
    /// <param name="id">Id of the inspection; goes into the exemplars, never into a label.</param>
    public void ImageInspected(string product, Verdict verdict, double ratio, double anomalousAreaRatio, TimeSpan delay, string id)
    {
        ProductKnown(product);
        _products.Of(product)!.LastInspection = Now;
        var inspection = Label(Views.InspectionId, id);
        _inspected.Add(1, Product(product), Label("verdict", Word(verdict)), inspection);
        _score.Record(ratio, Product(product), inspection);
        _area.Record(anomalousAreaRatio, Product(product), inspection);
        _delay.Record(delay.TotalSeconds, Product(product), inspection);
    }

    /// <summary>When the last verdict on a product was recorded in this run of the host, or null.</summary>
    public DateTimeOffset? LastInspectionOf(string product) =>
        _products.Of(product)?.LastInspection is { } seconds and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;

    /// <summary>A file was set aside. <paramref name="reason"/> is one of <see cref="FailureReasons"/>, never a file name.</summary>
    public void ImageFailed(string product, string reason)
    {
        ProductKnown(product);
        _failed.Add(1, Product(product), Label("reason", FailureReasons.Contains(reason) ? reason : "other"));
    }

    /// <summary>A file with content that already has its verdict arrived again.</summary>
    public void ImageDuplicate(string product)
    {
        ProductKnown(product);
        _duplicate.Add(1, Product(product));
    }

    /// <summary>One step (settle, decode, infer, denoise, write) of one image took this long.</summary>
    /// <param name="step">The step.</param>
    /// <param name="duration">Its time.</param>
    /// <param name="id">Id of the inspection; goes into the exemplars, never into a label.</param>
    public void StepTook(string step, TimeSpan duration, string id) =>
        _step.Record(duration.TotalSeconds, Label("step", step), Label(Views.InspectionId, id));

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Normal => "normal",
        Verdict.Suspect => "suspect",
        Verdict.Anomalous => "anomalous",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };
}
