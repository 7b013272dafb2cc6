using System.Numerics;

namespace Sentinel.Core.Evaluation;

/// <summary>The receiver operating characteristic: the share of defects caught against the share of good ones flagged.</summary>
public static class RocCurve
{
    /// <summary>
    /// Area under the curve (AUROC), 0..1: how probable a defective sample is to score above a good one, ties counting half. Computed as
    /// the Mann-Whitney statistic with mid-ranks (Hanley and McNeil 1982), which equals the trapezoid under the curve.
    /// </summary>
    /// <exception cref="ArgumentException">One of the two classes is empty, or a score is not a number.</exception>
    public static double Area<T>(ReadOnlySpan<T> good, ReadOnlySpan<T> defective)
        where T : IFloatingPointIeee754<T> =>
        AreaOfSorted(ThresholdSweep.Sorted(good, "good"), ThresholdSweep.Sorted(defective, "defective"));

    /// <inheritdoc cref="Area{T}"/>
    public static double Area(double[] good, double[] defective) => Area<double>(good, defective);

    /// <summary>The corners of the curve from (0, 0) to (1, 1), one for each distinct score; straight lines lie between them.</summary>
    /// <inheritdoc cref="Area{T}" path="/exception"/>
    public static IReadOnlyList<(double FalseAlarmRate, double Recall)> Points(double[] good, double[] defective) =>
    [
        (0, 0),
        .. ThresholdSweep.Steps(ThresholdSweep.Sorted<double>(good, "good"), ThresholdSweep.Sorted<double>(defective, "defective"))
            .Select(step => ((double)step.FalseAlarms / good.Length, (double)step.Caught / defective.Length)),
    ];

    internal static double AreaOfSorted<T>(T[] good, T[] defective)
        where T : IFloatingPointIeee754<T>
    {
        // Twice the number of (good, defective) pairs in the right order, in integers: exact up to 2^127 pairs.
        Int128 twice = 0;
        var (caughtBefore, alarmsBefore) = (0L, 0L);
        foreach (var (caught, alarms) in ThresholdSweep.Steps(good, defective))
        {
            twice += (Int128)(alarms - alarmsBefore) * (caught + caughtBefore);
            (caughtBefore, alarmsBefore) = (caught, alarms);
        }

        return (double)twice / (2.0 * good.LongLength * defective.LongLength);
    }
}
