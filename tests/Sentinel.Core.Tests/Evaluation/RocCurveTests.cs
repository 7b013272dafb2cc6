using CsCheck;
using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class RocCurveTests
{
    // Few distinct values, so that ties are common.
    private static readonly Gen<(double[] Good, double[] Defective)> Samples =
        Gen.Select(Scores(), Scores());

    [Fact]
    public void Five_of_six_pairs_in_order_are_five_sixths() =>
        RocCurve.Area([0.1, 0.4, 0.35], [0.38, 0.8]).ShouldBe(5.0 / 6, 1e-15);

    [Fact]
    public void The_curve_has_a_corner_for_each_distinct_score_and_ties_are_taken_together() =>
        RocCurve.Points([0.1, 0.5, 0.5, 0.2], [0.5, 0.9]).ShouldBe([(0, 0), (0, 0.5), (0.5, 1), (0.75, 1), (1, 1)]);

    [Fact]
    public void A_tie_counts_half() =>
        RocCurve.Area([1, 2], [2, 3]).ShouldBe(3.5 / 4);

    [Fact]
    public void Scores_that_are_all_equal_tell_nothing() =>
        RocCurve.Area([7, 7, 7], [7, 7]).ShouldBe(0.5);

    [Fact]
    public void Every_pair_compared_one_by_one_gives_the_same() => Samples.Sample(s =>
    {
        var pairs = from g in s.Good from d in s.Defective select d > g ? 1.0 : d == g ? 0.5 : 0;

        RocCurve.Area(s.Good, s.Defective).ShouldBe(pairs.Average(), 1e-12);
    });

    [Fact]
    public void Turning_the_scores_round_turns_the_area_round() => Samples.Sample(s =>
    {
        double[] good = [.. s.Good.Select(x => -x)];
        double[] defective = [.. s.Defective.Select(x => -x)];

        RocCurve.Area(good, defective).ShouldBe(1 - RocCurve.Area(s.Good, s.Defective), 1e-12);
    });

    [Fact]
    public void Only_the_order_of_scores_matters() => Samples.Sample(s =>
    {
        double[] good = [.. s.Good.Select(x => Math.Exp(x / 3) - 5)];
        double[] defective = [.. s.Defective.Select(x => Math.Exp(x / 3) - 5)];

        RocCurve.Area(good, defective).ShouldBe(RocCurve.Area(s.Good, s.Defective));
    });

    [Fact]
    public void One_class_alone_is_refused() =>
        Should.Throw<ArgumentException>(() => RocCurve.Area([1, 2], [])).Message.ShouldContain("no defective sample");

    [Fact]
    public void A_score_that_is_not_a_number_is_refused() =>
        Should.Throw<ArgumentException>(() => RocCurve.Area([1, double.NaN], [2])).Message.ShouldContain("not a number");

    internal static Gen<double[]> Scores() => Gen.Int[-6, 6].Select(i => i / 2.0).Array[1, 30];
}
