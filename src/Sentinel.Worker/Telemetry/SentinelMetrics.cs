using System.Diagnostics.Metrics;
using Sentinel.Core.Detection;

namespace Sentinel.Worker.Telemetry;

/// <summary>
/// Everything Sentinel counts and measures, one verb per event. Names and units follow Prometheus: base units, timestamps instead of ages,
/// and no label whose values are not known beforehand.
/// </summary>
internal sealed class SentinelMetrics
{
    public const string MeterName = "Sentinel";

    /// <summary>Words that <see cref="ImageFailed"/> may be called with; anything else is counted as <c>other</c>.</summary>
    public static readonly IReadOnlyList<string> FailureReasons =
        ["empty", "not_an_image", "truncated", "damaged", "too_large", "too_small", "too_slow", "unsupported", "crashed", "other"];

    private readonly TimeProvider _time;
    private readonly Counter<long> _received;
    private readonly Counter<long> _inspected;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _duplicate;
    private readonly Counter<long> _trainings;
    private readonly Counter<long> _promotions;
    private readonly Histogram<double> _delay;
    private readonly Histogram<double> _step;
    private readonly Histogram<double> _score;
    private readonly Histogram<double> _area;
    private readonly Histogram<double> _scan;
    private readonly Histogram<double> _training;
    private readonly Counter<long> _reviews;
    private readonly ProductGauges _products;
    private readonly StorageGauges _storage;
    private double _heartbeat;
    private int _paused;
    private int _belowFloor;

    public SentinelMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);

        _received = meter.CreateCounter<long>("sentinel_images_received", null, "Files claimed from the inbox for the first time.");
        _inspected = meter.CreateCounter<long>("sentinel_images_inspected", null, "Verdicts recorded in the ledger.");
        _failed = meter.CreateCounter<long>("sentinel_images_failed", null, "Files set aside without a verdict.");
        _duplicate = meter.CreateCounter<long>("sentinel_images_duplicate", null, "Files whose content already had its verdict.");
        _trainings = meter.CreateCounter<long>("sentinel_training_runs", null, "Trainings that ended, by how they ended.");
        _promotions = meter.CreateCounter<long>("sentinel_promotions", null, "Decisions on which model is in use, by what was decided.");
        _reviews = meter.CreateCounter<long>("sentinel_reviews", null, "Verdicts that people judged by moving the image.");

        _delay = meter.Seconds("sentinel_image_delay_seconds", "Time from the complete file to its verdict.", Buckets.Delay);
        _step = meter.Seconds("sentinel_step_duration_seconds", "Time of one step of one image.", Buckets.Step);
        _scan = meter.Seconds("sentinel_inbox_scan_duration_seconds", "Time of one scan of the whole inbox.", Buckets.Step);
        _training = meter.Seconds("sentinel_training_duration_seconds", "Time of one training from start to end.", Buckets.Training);
        _score = meter.Ratio("sentinel_image_score_ratio", "Score over threshold; 1 is the line.", Buckets.Score);
        _area = meter.Ratio("sentinel_anomaly_area_ratio", "Share of the image over the suspect line.", Buckets.Area);

        _products = new ProductGauges(meter);
        _storage = new StorageGauges(meter);
        meter.CreateObservableGauge(
            "sentinel_heartbeat_timestamp_seconds", () => Volatile.Read(ref _heartbeat), "s", "When inspection last showed that it is alive.");
        meter.CreateObservableGauge(
            "sentinel_intake_paused", () => Volatile.Read(ref _paused) | Volatile.Read(ref _belowFloor), null, "1 while nothing is taken from the inbox, else 0.");
        meter.AddBuildInfo();
    }

    /// <summary>Makes every series of a product appear with 0, so that the first event is seen as an increase.</summary>
    public void ProductKnown(string product)
    {
        if (!_products.Know(product))
        {
            return;
        }

        _received.Add(0, Product(product));
        _duplicate.Add(0, Product(product));
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            _inspected.Add(0, Product(product), new("verdict", Word(verdict)));
        }

        foreach (var reason in FailureReasons)
        {
            _failed.Add(0, Product(product), new("reason", reason));
        }

        foreach (var outcome in TrainingOutcomes.All)
        {
            _trainings.Add(0, Product(product), new("outcome", outcome));
        }

        foreach (var outcome in PromotionOutcomes.All)
        {
            _promotions.Add(0, Product(product), new("outcome", outcome));
        }

        foreach (var outcome in ReviewOutcomes.All)
        {
            _reviews.Add(0, Product(product), new("outcome", outcome));
        }
    }

    /// <summary>A file was claimed from the inbox for the first time.</summary>
    public void ImageReceived(string product)
    {
        ProductKnown(product);
        _received.Add(1, Product(product));
    }

    /// <summary>A verdict was recorded in the ledger; never called twice for one ledger row.</summary>
    public void ImageInspected(string product, Verdict verdict, double ratio, double anomalousAreaRatio, TimeSpan delay)
    {
        ProductKnown(product);
        _inspected.Add(1, Product(product), new("verdict", Word(verdict)));
        _score.Record(ratio, Product(product));
        _area.Record(anomalousAreaRatio, Product(product));
        _delay.Record(delay.TotalSeconds, Product(product));
    }

    /// <summary>A file was set aside. <paramref name="reason"/> is one of <see cref="FailureReasons"/>, never a file name.</summary>
    public void ImageFailed(string product, string reason)
    {
        ProductKnown(product);
        _failed.Add(1, Product(product), new("reason", FailureReasons.Contains(reason) ? reason : "other"));
    }

    /// <summary>A file with content that already has its verdict arrived again.</summary>
    public void ImageDuplicate(string product)
    {
        ProductKnown(product);
        _duplicate.Add(1, Product(product));
    }

    /// <summary>One step (settle, decode, infer, write) of one image took this long.</summary>
    public void StepTook(string step, TimeSpan duration) => _step.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("step", step));

    public void InboxScanned(TimeSpan duration) => _scan.Record(duration.TotalSeconds);

    /// <summary>What waits in a product's inbox folder, and since when the oldest does.</summary>
    public void InboxHolds(string product, int files, DateTimeOffset? oldest)
    {
        ProductKnown(product);
        _products.Update(product, known => known with { Waiting = files, OldestWaiting = oldest });
    }

    /// <summary>Files that wait in a product's inbox folder, as last reported.</summary>
    public int WaitingOf(string product) => _products.Of(product)?.Waiting ?? 0;

    /// <summary>Intake is paused, or with null goes on.</summary>
    public void IntakePaused(string? reason) => Volatile.Write(ref _paused, reason is null ? 0 : 1);

    /// <summary>Intake stands still for want of free space, or does not.</summary>
    public void BelowFloor(bool isBelow) => Volatile.Write(ref _belowFloor, isBelow ? 1 : 0);

    /// <summary>Bytes that are free on the file system of one of Sentinel's folders.</summary>
    public void StorageFree(string folder, long bytes) => _storage.Free(folder, bytes);

    /// <summary>Bytes that one of Sentinel's folders takes.</summary>
    public void StorageUsed(string folder, long bytes) => _storage.Used(folder, bytes);

    /// <summary>A person judged a verdict; <paramref name="outcome"/> is one of <see cref="ReviewOutcomes"/>.</summary>
    public void VerdictReviewed(string product, string outcome)
    {
        ProductKnown(product);
        _reviews.Add(1, Product(product), new("outcome", outcome));
    }

    /// <summary>A product is inspected with this model from now on.</summary>
    /// <param name="product">Name of the product.</param>
    /// <param name="version">Version of the model.</param>
    /// <param name="trainedAt">When it was trained.</param>
    /// <param name="threshold">Its threshold in the unit of its scores.</param>
    public void ModelTakenUp(string product, string version, DateTimeOffset trainedAt, double threshold)
    {
        ProductKnown(product);
        _products.TakeUp(product, version, trainedAt, threshold);
    }

    /// <summary>A training is this far, 0..1; 0 when none is running.</summary>
    public void TrainingProgressed(string product, double fraction)
    {
        ProductKnown(product);
        _products.Update(product, known => known with { TrainingProgress = fraction });
    }

    /// <summary>A training ended; <paramref name="outcome"/> is one of <see cref="TrainingOutcomes"/>.</summary>
    public void TrainingEnded(string product, string outcome, TimeSpan duration)
    {
        TrainingProgressed(product, 0);
        _trainings.Add(1, Product(product), new("outcome", outcome));
        if (outcome != TrainingOutcomes.Skipped)
        {
            _training.Record(duration.TotalSeconds);
        }

        if (outcome == TrainingOutcomes.Trained)
        {
            _products.Update(product, known => known with { LastTrained = _time.GetUtcNow() });
        }
    }

    /// <summary>It was decided which model is in use; <paramref name="outcome"/> is one of <see cref="PromotionOutcomes"/>.</summary>
    public void PromotionDecided(string product, string outcome)
    {
        ProductKnown(product);
        _promotions.Add(1, Product(product), new("outcome", outcome));
    }

    /// <summary>How far a product has drifted from what its model learnt, by one signal.</summary>
    /// <param name="product">Name of the product.</param>
    /// <param name="signal">One of <see cref="DriftSignals"/>.</param>
    /// <param name="ratio">The signal's distance over the distance that counts as drift: 0 is none, 1 is the line.</param>
    public void DriftMeasured(string product, string signal, double ratio)
    {
        ProductKnown(product);
        _products.Drift(product, signal, ratio);
    }

    /// <summary>Flagged images of a product that no person has judged yet.</summary>
    public void ReviewsPending(string product, long images)
    {
        ProductKnown(product);
        _products.Update(product, known => known with { ReviewsPending = images });
    }

    /// <summary>Inspection is alive.</summary>
    public void Beat() => Volatile.Write(ref _heartbeat, _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);

    private static KeyValuePair<string, object?> Product(string product) => new("product", product);

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Normal => "normal",
        Verdict.Suspect => "suspect",
        Verdict.Anomalous => "anomalous",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };
}
