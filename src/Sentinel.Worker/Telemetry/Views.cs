using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <summary>How instruments become series: which of their tags are labels, and how many label sets there is room for.</summary>
internal static class Views
{
    /// <summary>A tag that is no label: the exporter puts it into the exemplars.</summary>
    public const string InspectionId = "inspection_id";

    /// <summary>Products there is room for; what comes beyond is added up in one series with <c>otel_metric_overflow="true"</c>.</summary>
    public const int MostProducts = 1000;

    public static MetricStreamConfiguration? Of(Instrument instrument) => instrument.Name switch
    {
        // promtool objects to gauges whose names end in _count, and nobody looks at these three.
        "dotnet.assembly.count" or "dotnet.process.cpu.count" or "dotnet.timer.count" => MetricStreamConfiguration.Drop,
        "sentinel_images_inspected" => Room(3, "product", "verdict"),
        "sentinel_image_score_ratio" or "sentinel_anomaly_area_ratio" or "sentinel_image_delay_seconds" => Room(1, "product"),
        "sentinel_step_duration_seconds" => new MetricStreamConfiguration { TagKeys = ["step"] },
        "sentinel_images_failed" => Room(SentinelMetrics.FailureReasons.Count, "product", "reason"),
        "sentinel_training_runs" => Room(TrainingOutcomes.All.Count, "product", "outcome"),
        "sentinel_promotions" => Room(PromotionOutcomes.All.Count, "product", "outcome"),
        "sentinel_reviews" => Room(ReviewOutcomes.All.Count, "product", "outcome"),
        "sentinel_drift_score_ratio" => Room(DriftSignals.All.Count, "product", "signal"),
        ModelInfo.Name => new MetricStreamConfiguration { CardinalityLimit = 1 },
        _ => null,
    };

    private static MetricStreamConfiguration Room(int seriesOfProduct, params string[] labels) =>
        new() { CardinalityLimit = MostProducts * seriesOfProduct, TagKeys = labels };
}
