using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <summary>The histograms' buckets. The exporter's own (0, 5, 10 ... 10000) fit none of these, so each histogram brings its own.</summary>
internal static class Buckets
{
    /// <summary>From file complete to verdict, in seconds.</summary>
    public static IReadOnlyList<double> Delay => [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

    /// <summary>One step of one image, in seconds.</summary>
    public static IReadOnlyList<double> Step => [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>One training, in seconds.</summary>
    public static IReadOnlyList<double> Training => [10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400];

    /// <summary>Score over threshold; finest around the line.</summary>
    public static IReadOnlyList<double> Score => [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4, 8];

    /// <summary>Share of an image's area.</summary>
    public static IReadOnlyList<double> Area => [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

    public static Histogram<double> Seconds(this Meter meter, string name, string description, IReadOnlyList<double> buckets) =>
        meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    public static Histogram<double> Ratio(this Meter meter, string name, string description, IReadOnlyList<double> buckets) =>
        meter.CreateHistogram(name, null, description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
}
