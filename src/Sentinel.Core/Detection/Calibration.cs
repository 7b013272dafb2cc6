using MathNet.Numerics.Distributions;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// The thresholds of a model, from scores of good images that were used for nothing else (split conformal, Bates et al. 2023,
/// arXiv 2104.08279), and with them the p-value of every later score.
/// </summary>
public sealed record Calibration
{
    /// <summary>Scores of the calibration images, highest first.</summary>
    public required IReadOnlyList<double> Scores { get; init; }

    /// <summary>The share of good images that may be called anomalous, 0..1.</summary>
    public required double FalseAlarmBudget { get; init; }

    /// <summary>The share of good images that may be called suspect or anomalous, 0..1.</summary>
    public required double SuspectBudget { get; init; }

    /// <summary>Scores above this are anomalous.</summary>
    public required double Threshold { get; init; }

    /// <summary>Scores above this are at least suspect; never above <see cref="Threshold"/>.</summary>
    public required double SuspectThreshold { get; init; }

    /// <summary>
    /// Fewer images than the budget needs (1/budget - 1): the threshold is then the highest score among them, and the promise is
    /// <see cref="GuaranteedFalseAlarmRate"/> instead of the budget.
    /// </summary>
    public required bool IsProvisional { get; init; }

    /// <summary>What the calibration promises on average over calibration sets: P(a good image is flagged) is at most this.</summary>
    public double GuaranteedFalseAlarmRate => (double)Math.Max(1, Rank(FalseAlarmBudget, Scores.Count)) / (Scores.Count + 1);

    /// <summary>
    /// With 90 % confidence over calibration sets the false-alarm rate of this one is at most this: the 0.9 quantile of Beta(k, n + 1 - k).
    /// </summary>
    public double FalseAlarmRateAt90Percent
    {
        get
        {
            var rank = Math.Max(1, Rank(FalseAlarmBudget, Scores.Count));
            return Beta.InvCDF(rank, Scores.Count + 1 - rank, 0.9);
        }
    }

    /// <param name="scores">Scores of good calibration images, at least 2.</param>
    /// <param name="falseAlarmBudget">0..1, exclusive.</param>
    /// <param name="suspectBudget">At least <paramref name="falseAlarmBudget"/>.</param>
    /// <exception cref="MachineFaultException">A score is not a finite number.</exception>
    public static Calibration From(IEnumerable<double> scores, double falseAlarmBudget, double suspectBudget)
    {
        var highestFirst = scores.OrderDescending().ToArray();
        if (highestFirst.Length < 2)
        {
            throw new ArgumentException("A calibration needs at least 2 scores.", nameof(scores));
        }

        if (highestFirst.Count(score => !double.IsFinite(score)) is > 0 and var broken)
        {
            throw FiniteValues.Fault($"{broken} of {highestFirst.Length} calibration scores are not finite numbers");
        }

        if (highestFirst[^1] < 0)
        {
            throw new ArgumentException("Scores are not negative.", nameof(scores));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(suspectBudget, falseAlarmBudget);
        var threshold = ThresholdFor(falseAlarmBudget, highestFirst);
        return new Calibration
        {
            Scores = highestFirst,
            FalseAlarmBudget = falseAlarmBudget,
            SuspectBudget = suspectBudget,
            Threshold = threshold,
            SuspectThreshold = Math.Min(threshold, ThresholdFor(suspectBudget, highestFirst)),
            IsProvisional = Rank(falseAlarmBudget, highestFirst.Length) < 1,
        };
    }

    /// <summary>How many calibration images a budget needs before it can be promised: 99 for 1 %.</summary>
    public static int ImagesNeededFor(double budget) => (int)Math.Ceiling(Math.Round(1 / budget - 1, 6));

    /// <summary>(1 + number of calibration scores at or above) / (n + 1).</summary>
    public double PValue(double score)
    {
        var atOrAbove = Scores.TakeWhile(calibrated => calibrated >= score).Count();
        return (1.0 + atOrAbove) / (Scores.Count + 1);
    }

    public Verdict Judge(double score) =>
        score > Threshold ? Verdict.Anomalous : score > SuspectThreshold ? Verdict.Suspect : Verdict.Normal;

    /// <summary>k = floor(budget * (n + 1)).</summary>
    private static int Rank(double budget, int count) => (int)Math.Floor(budget * (count + 1) + 1e-9);

    /// <summary>The k-th largest score; the largest where there are too few for k = 1.</summary>
    private static double ThresholdFor(double budget, double[] highestFirst) =>
        Math.Max(highestFirst[Math.Max(1, Rank(budget, highestFirst.Length)) - 1], double.Epsilon);
}
