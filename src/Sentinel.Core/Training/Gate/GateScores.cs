using Sentinel.Core.Detection;

namespace Sentinel.Core.Training.Gate;

/// <summary>What one model said of the gate's images. Lists of two models on the same images have the same order.</summary>
public sealed record GateScores
{
    public required string Version { get; init; }

    public required Calibration Calibration { get; init; }

    /// <summary>Scores of held-out good images.</summary>
    public required IReadOnlyList<double> Good { get; init; }

    /// <summary>Which of them the challenger's thresholds do not come from.</summary>
    public required IReadOnlyList<bool> Independent { get; init; }

    /// <summary>Scores of the same images with a drawn defect each.</summary>
    public required IReadOnlyList<double> Synthetic { get; init; }

    /// <summary>Scores of images that were flagged and that a person called good.</summary>
    public required IReadOnlyList<double> FalseAlarms { get; init; }

    /// <summary>Scores of images that show a defect, as a person said.</summary>
    public required IReadOnlyList<double> Defects { get; init; }

    internal int Alarms(IEnumerable<double> scores) => scores.Count(score => Calibration.Judge(score) is Verdict.Anomalous);

    internal int Flagged(IEnumerable<double> scores) => scores.Count(score => Calibration.Judge(score) is not Verdict.Normal);
}
