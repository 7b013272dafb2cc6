using Sentinel.Core.Detection;
using Sentinel.Core.Training;

namespace Sentinel.Core.Tests.Training;

public class FusionChoiceTests
{
    private static readonly double[] _good = [.. Enumerable.Range(0, 13).Select(i => i / 13.0)];

    [Fact]
    public void A_mixture_that_ranks_two_more_of_forty_defects_above_good_images_is_not_clearly_better()
    {
        var (usual, other) = (Ranked(caught: 30), Ranked(caught: 32));

        other.Area.ShouldBeGreaterThan(usual.Area + 0.01);
        other.IsClearlyAbove(usual).ShouldBeFalse();
    }

    [Fact]
    public void A_mixture_that_ranks_all_defects_above_good_images_where_the_other_ranks_half_is_clearly_better()
    {
        var (usual, other) = (Ranked(caught: 20), Ranked(caught: 40));

        other.IsClearlyAbove(usual).ShouldBeTrue();
        usual.IsClearlyAbove(other).ShouldBeFalse();
    }

    [Fact]
    public void The_same_ranking_is_not_better_than_itself() => Ranked(caught: 30).IsClearlyAbove(Ranked(caught: 30)).ShouldBeFalse();

    /// <summary>Forty defects of which so many score above every good image, the others among them.</summary>
    private static FusionChoice.Ranking Ranked(int caught) =>
        new(EvidenceWeights.Usual, _good, [.. Enumerable.Range(0, 40).Select(i => i < caught ? 2.0 : 0.5)]);
}
