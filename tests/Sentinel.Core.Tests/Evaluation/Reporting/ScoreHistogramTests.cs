using Sentinel.Core.Evaluation.Reporting;

namespace Sentinel.Core.Tests.Evaluation.Reporting;

public sealed class ScoreHistogramTests
{
    [Fact]
    public void Bins_are_equally_wide_in_the_logarithm_and_shares_are_of_each_kind()
    {
        var histogram = ScoreHistogram.Of(
            [Samples.Of("good", "a", 0.25), Samples.Of("good", "b", 0.3), Samples.Of("good", "c", 0.9), Samples.Of("good", "d", 1.5), Samples.Of("crack", "e", 4), Samples.Of("crack", "f", 1.1)],
            bins: 4);

        histogram.Edges.Select(edge => Math.Round(edge, 9)).ShouldBe([0.25, 0.5, 1, 2, 4]);
        histogram.Kinds.Select(kind => kind.Kind).ShouldBe(["good", "crack"]);
        histogram.Kinds[0].Shares.ShouldBe([0.5, 0.25, 0.25, 0]);
        histogram.Kinds[1].Shares.ShouldBe([0, 0, 0.5, 0.5]);
    }

    [Fact]
    public void The_threshold_is_in_view_whatever_the_scores_and_a_score_of_nothing_is_counted()
    {
        var histogram = ScoreHistogram.Of([Samples.Of("good", "a", 0.8), Samples.Of("good", "b", 0)], bins: 10);

        histogram.Edges[0].ShouldBe(0.01, 1e-9);
        histogram.Edges[^1].ShouldBe(2, 1e-9);
        histogram.Kinds[0].Shares.Sum().ShouldBe(1);
        histogram.Kinds[0].Shares[0].ShouldBe(0.5);
    }

    [Fact]
    public void Without_samples_there_is_none() => Should.Throw<ArgumentException>(() => ScoreHistogram.Of([], bins: 4));
}
