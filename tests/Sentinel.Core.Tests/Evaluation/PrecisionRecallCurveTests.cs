using CsCheck;
using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class PrecisionRecallCurveTests
{
    [Fact]
    public void Average_precision_is_that_of_the_reference() =>
        // scikit-learn: average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) = 0.8333...
        PrecisionRecallCurve.AveragePrecision([0.1, 0.4], [0.35, 0.8]).ShouldBe(5.0 / 6, 1e-15);

    [Fact]
    public void Equal_scores_are_one_step()
    {
        // At 2: one of two flagged is defective, half the recall; at 1: two of four.
        PrecisionRecallCurve.AveragePrecision([2, 1], [2, 1]).ShouldBe(0.5);

        // One step for all four: precision is the share of defective ones.
        PrecisionRecallCurve.AveragePrecision([3, 3, 3], [3]).ShouldBe(0.25);
    }

    [Fact]
    public void The_best_f1_is_found_between_the_extremes() =>
        // At 3: 2 caught, 1 false alarm, 3 defective: 4 / (3 + 3). At 1: 3 caught, 3 false alarms: 6 / (6 + 3). At 4: 2 / (1 + 3).
        PrecisionRecallCurve.F1Max([1, 2, 3], [1, 3, 4]).ShouldBe(2.0 / 3, 1e-15);

    [Fact]
    public void A_perfect_order_scores_one_in_both()
    {
        PrecisionRecallCurve.AveragePrecision([1, 2], [3, 4]).ShouldBe(1);
        PrecisionRecallCurve.F1Max([1, 2], [3, 4]).ShouldBe(1);
    }

    [Fact]
    public void Trying_every_threshold_gives_the_same() =>
        Gen.Select(RocCurveTests.Scores(), RocCurveTests.Scores()).Sample((good, defective) =>
        {
            var (sum, best, recallBefore) = (0.0, 0.0, 0.0);
            foreach (var threshold in good.Concat(defective).Distinct().OrderDescending())
            {
                double caught = defective.Count(s => s >= threshold);
                double flagged = caught + good.Count(s => s >= threshold);
                var (precision, recall) = (caught / flagged, caught / defective.Length);
                sum += (recall - recallBefore) * precision;
                best = Math.Max(best, caught == 0 ? 0 : 2 * precision * recall / (precision + recall));
                recallBefore = recall;
            }

            PrecisionRecallCurve.AveragePrecision(good, defective).ShouldBe(sum, 1e-12);
            PrecisionRecallCurve.F1Max(good, defective).ShouldBe(best, 1e-12);
        });

    [Fact]
    public void One_class_alone_is_refused()
    {
        Should.Throw<ArgumentException>(() => PrecisionRecallCurve.AveragePrecision([], [1])).Message.ShouldContain("no good sample");
        Should.Throw<ArgumentException>(() => PrecisionRecallCurve.F1Max([1], [])).Message.ShouldContain("no defective sample");
    }
}
