namespace Sentinel.Core.Evaluation;

/// <summary>
/// Area under the per-region overlap curve (AUPRO; Bergmann et al. 2021, "The MVTec anomaly detection dataset", IJCV 129): the mean share of
/// each connected defect that is found, against the share of good pixels flagged, up to a limit. Small defects weigh as much as large ones.
/// </summary>
internal static class RegionOverlap
{
    public const double Limit = 0.3;

    /// <summary>
    /// The exact area: every distinct score is a threshold, equal ones are taken together, the curve is linear between thresholds, is cut at
    /// the limit and divided by it. 1 is perfect; a map of one value gives half the limit.
    /// </summary>
    /// <param name="good">Scores of all good pixels, ascending.</param>
    /// <param name="defective">Scores of all defective pixels, ascending.</param>
    /// <param name="parts">For each defective pixel, the connected part it belongs to.</param>
    /// <param name="partSizes">Pixels of each part.</param>
    public static double AreaOfSorted(float[] good, float[] defective, int[] parts, ReadOnlySpan<int> partSizes, double limit = Limit)
    {
        var (area, overlap, rate, taken) = (0.0, 0.0, 0.0, 0L);
        foreach (var (caught, alarms) in ThresholdSweep.Steps(good, defective))
        {
            var (overlapBefore, rateBefore) = (overlap, rate);
            for (; taken < caught; taken++)
            {
                overlap += 1.0 / ((double)partSizes[parts[defective.LongLength - 1 - taken]] * partSizes.Length);
            }

            rate = (double)alarms / good.LongLength;
            if (rate >= limit)
            {
                var atLimit = overlapBefore + ((overlap - overlapBefore) * (limit - rateBefore) / (rate - rateBefore));
                return (area + ((limit - rateBefore) * (overlapBefore + atLimit) / 2)) / limit;
            }

            area += (rate - rateBefore) * (overlapBefore + overlap) / 2;
        }

        // Not reached: the last step flags every good pixel, a rate of 1.
        return area / limit;
    }
}
