namespace Sentinel.Core.Evaluation.Reporting;

/// <summary>
/// How the ratios (score / threshold) of good images and of each kind of defect are spread. The bins are equally wide on a logarithmic axis:
/// plain defects reach many times the threshold, while everything that is in doubt lies near it.
/// </summary>
/// <param name="Edges">Ratios between the bins, ascending; one more than there are bins.</param>
/// <param name="Kinds">Per kind, in the order of the samples, the share of its images in each bin; each adds up to 1.</param>
public sealed record ScoreHistogram(IReadOnlyList<double> Edges, IReadOnlyList<KindShares> Kinds)
{
    // A ratio of 0 has no logarithm, and what is a hundred times below the threshold is all the same.
    private const double Lowest = 0.01;

    /// <exception cref="ArgumentException">No sample.</exception>
    public static ScoreHistogram Of(IReadOnlyList<ScoredSample> samples, int bins)
    {
        if (samples.Count == 0)
        {
            throw new ArgumentException("A histogram needs at least one sample.", nameof(samples));
        }

        // The threshold is always in view, and there is always something on both sides of it.
        var low = Math.Log(Math.Min(0.5, samples.Min(Ratio)));
        var high = Math.Log(Math.Max(2, samples.Max(Ratio)));
        var width = (high - low) / bins;
        return new(
            [.. Enumerable.Range(0, bins + 1).Select(i => Math.Exp(low + (i * width)))],
            [.. samples.GroupBy(s => s.Sample.Kind).Select(kind => new KindShares(kind.Key, kind.Count(), Shares(kind)))]);

        double[] Shares(IEnumerable<ScoredSample> kind)
        {
            var bin = kind.Select(s => Math.Clamp((int)((Math.Log(Ratio(s)) - low) / width), 0, bins - 1)).ToList();
            return [.. Enumerable.Range(0, bins).Select(i => bin.Count(b => b == i) / (double)bin.Count)];
        }
    }

    private static double Ratio(ScoredSample sample) => Math.Max(Lowest, sample.Inspection.Ratio);
}

/// <summary>The images of one kind: <c>good</c>, or a defect.</summary>
public sealed record KindShares(string Kind, int Images, IReadOnlyList<double> Shares);
