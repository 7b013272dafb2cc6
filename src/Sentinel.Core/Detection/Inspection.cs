namespace Sentinel.Core.Detection;

/// <summary>What a model says of one image.</summary>
public sealed record Inspection
{
    /// <summary>The image's anomaly score in the model's own unit, 0 or more; comparable only between images of one model.</summary>
    public required double Score { get; init; }

    /// <summary>The model's threshold for <see cref="Verdict.Anomalous"/>, in the unit of the score.</summary>
    public required double Threshold { get; init; }

    /// <summary>Score over threshold; 1.0 is the line. Comparable across models.</summary>
    public double Ratio => Score / Threshold;

    /// <summary>Conformal p-value: how probable a normal image is to score this high or higher, 1/(n+1)..1 (Bates et al. 2023).</summary>
    public required double PValue { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>Where it is over the suspect line, highest peak first; at least one whenever the verdict is not <see cref="Verdict.Normal"/>.</summary>
    public required IReadOnlyList<Region> Regions { get; init; }

    public required AnomalyMap Map { get; init; }
}
