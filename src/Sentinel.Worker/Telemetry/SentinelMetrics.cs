using System.Diagnostics.Metrics;
using Sentinel.Core.Detection;

namespace Sentinel.Worker.Telemetry;

/// <summary>
/// Everything Sentinel counts and measures, one verb per event. Names and units follow Prometheus: base units, timestamps instead of ages,
/// and no label whose values are not known beforehand. Recording allocates nothing. docs/metrics.md lists them all.
/// </summary>
internal sealed partial class SentinelMetrics : IDisposable
{
    public const string MeterName = "Sentinel";

    private readonly TimeProvider _time;
    private readonly ProductGauges _products;
    private readonly ModelInfo _models;

    public SentinelMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);

        _received = meter.CreateCounter<long>("sentinel_images_received", null, "Files claimed from the inbox for the first time.");
        _inspected = meter.CreateCounter<long>("sentinel_images_inspected", null, "Verdicts recorded in the ledger.");
        _failed = meter.CreateCounter<long>("sentinel_images_failed", null, "Files set aside without a verdict.");
        _duplicate = meter.CreateCounter<long>("sentinel_images_duplicate", null, "Files whose content already had its verdict.");
        _delay = meter.Seconds("sentinel_image_delay_seconds", "Time from the complete file to its verdict.", Buckets.Delay);
        _step = meter.Seconds("sentinel_step_duration_seconds", "Time of one step of one image.", Buckets.Step);
        _score = meter.Ratio("sentinel_image_score_ratio", "Score over threshold; 1 is the line.", Buckets.Score);
        _area = meter.Ratio("sentinel_anomaly_area_ratio", "Share of the image that its regions cover.", Buckets.Area);

        _scan = meter.Seconds("sentinel_inbox_scan_duration_seconds", "Time of one scan of the whole inbox.", Buckets.Step);
        _watcherRestarts = meter.CreateCounter<long>(
            "sentinel_watcher_restarts", null, "How often the watches on the inbox were made anew, by what was wrong with them.");
        ObserveInbox(meter);

        _trainings = meter.CreateCounter<long>("sentinel_training_runs", null, "Trainings that ended, by how they ended.");
        _training = meter.Seconds("sentinel_training_duration_seconds", "Time of one training from start to end.", Buckets.Training);
        _promotions = meter.CreateCounter<long>("sentinel_promotions", null, "Decisions on which model is in use, by what was decided.");
        _unusable = meter.CreateCounter<long>(
            "sentinel_models_unusable", null, "How often a stored model was found damaged or could not be loaded; again each minute while that lasts.");
        _reviews = meter.CreateCounter<long>("sentinel_reviews", null, "Verdicts that people judged by moving the image.");

        _notifications = meter.CreateCounter<long>("sentinel_notifications", null, "Attempts to tell others of a verdict, by how they ended.");
        ObserveNotifications(meter);

        _products = new ProductGauges(meter);
        _models = new ModelInfo(meters);
        _storage = new StorageGauges(meter);
        _heartbeat = Now;
        ObserveHost(meter);
        meter.AddBuildInfo();
        foreach (var reason in WatcherFailures.All)
        {
            _watcherRestarts.Add(0, Label("reason", reason));
        }
    }

    private double Now => _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>Makes every series of a product appear with 0, so that the first event is seen as an increase.</summary>
    public void ProductKnown(string product)
    {
        if (!_products.Know(product))
        {
            return;
        }

        _received.Add(0, Product(product));
        _duplicate.Add(0, Product(product));
        _unusable.Add(0, Product(product));
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            _inspected.Add(0, Product(product), Label("verdict", Word(verdict)));
        }

        Appear(_failed, product, "reason", FailureReasons);
        Appear(_trainings, product, "outcome", TrainingOutcomes.All);
        Appear(_promotions, product, "outcome", PromotionOutcomes.All);
        Appear(_reviews, product, "outcome", ReviewOutcomes.All);
    }

    public void Dispose() => _models.Dispose();

    private static void Appear(Counter<long> counter, string product, string label, IReadOnlyList<string> values)
    {
        foreach (var value in values)
        {
            counter.Add(0, Product(product), Label(label, value));
        }
    }

    private static KeyValuePair<string, object?> Product(string product) => new("product", product);

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}
