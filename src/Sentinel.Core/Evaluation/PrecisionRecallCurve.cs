using System.Numerics;

namespace Sentinel.Core.Evaluation;

/// <summary>Precision (how much of what is flagged is defective) against recall (how much of what is defective is flagged).</summary>
public static class PrecisionRecallCurve
{
    /// <summary>
    /// Average precision, 0..1: the sum over thresholds of (recall gained) x (precision there), the step definition of scikit-learn's
    /// <c>average_precision_score</c>, without interpolation and with equal scores taken together.
    /// </summary>
    /// <exception cref="ArgumentException">One of the two classes is empty, or a score is not a number.</exception>
    public static double AveragePrecision<T>(ReadOnlySpan<T> good, ReadOnlySpan<T> defective)
        where T : IFloatingPointIeee754<T> =>
        AveragePrecisionOfSorted(ThresholdSweep.Sorted(good, "good"), ThresholdSweep.Sorted(defective, "defective"));

    /// <inheritdoc cref="AveragePrecision{T}"/>
    public static double AveragePrecision(double[] good, double[] defective) => AveragePrecision<double>(good, defective);

    /// <summary>The best F1 = 2 caught / (flagged + defective) that any threshold reaches, 0..1; chosen with labels, so an upper bound.</summary>
    /// <exception cref="ArgumentException">One of the two classes is empty, or a score is not a number.</exception>
    public static double F1Max<T>(ReadOnlySpan<T> good, ReadOnlySpan<T> defective)
        where T : IFloatingPointIeee754<T>
    {
        var positives = defective.Length;
        return ThresholdSweep.Steps(ThresholdSweep.Sorted(good, "good"), ThresholdSweep.Sorted(defective, "defective"))
            .Max(step => 2.0 * step.Caught / (step.Caught + step.FalseAlarms + positives));
    }

    /// <inheritdoc cref="F1Max{T}"/>
    public static double F1Max(double[] good, double[] defective) => F1Max<double>(good, defective);

    internal static double AveragePrecisionOfSorted<T>(T[] good, T[] defective)
        where T : IFloatingPointIeee754<T>
    {
        var sum = 0.0;
        var caughtBefore = 0L;
        foreach (var (caught, alarms) in ThresholdSweep.Steps(good, defective))
        {
            sum += (caught - caughtBefore) * (caught / (double)(caught + alarms));
            caughtBefore = caught;
        }

        return sum / defective.LongLength;
    }
}
