using CsCheck;
using Sentinel.Core.Detection;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Tests.Detection;

public sealed class CalibrationTests
{
    [Fact]
    public void The_threshold_is_the_kth_largest_score()
    {
        var scores = Enumerable.Range(1, 199).Select(score => (double)score);

        var calibration = Calibration.From(scores, 0.01, 0.05);

        // k = floor(0.01 * 200) = 2 and floor(0.05 * 200) = 10.
        calibration.Threshold.ShouldBe(198);
        calibration.SuspectThreshold.ShouldBe(190);
        calibration.IsProvisional.ShouldBeFalse();
        calibration.GuaranteedFalseAlarmRate.ShouldBe(0.01, 1e-12);
    }

    [Fact]
    public void The_p_value_counts_calibration_scores_at_or_above()
    {
        var calibration = Calibration.From([1, 2, 2, 3], 0.2, 0.4);

        calibration.PValue(0).ShouldBe(1);
        calibration.PValue(2).ShouldBe(4 / 5.0);
        calibration.PValue(2.5).ShouldBe(2 / 5.0);
        calibration.PValue(9).ShouldBe(1 / 5.0);
    }

    [Fact]
    public void The_line_itself_is_still_normal_and_anything_above_is_not()
    {
        var calibration = Calibration.From(Enumerable.Range(1, 199).Select(score => (double)score), 0.01, 0.05);

        calibration.Judge(190).ShouldBe(Verdict.Normal);
        calibration.Judge(190.0001).ShouldBe(Verdict.Suspect);
        calibration.Judge(198).ShouldBe(Verdict.Suspect);
        calibration.Judge(198.0001).ShouldBe(Verdict.Anomalous);
    }

    [Fact]
    public void Fewer_images_than_the_budget_needs_make_it_provisional_and_promise_less()
    {
        var scores = Enumerable.Range(0, 20).Select(i => 1 + i / 20.0).ToArray();

        var calibration = Calibration.From(scores, 0.01, 0.05);

        Calibration.ImagesNeededFor(0.01).ShouldBe(99);
        calibration.IsProvisional.ShouldBeTrue();
        calibration.Threshold.ShouldBe(scores.Max());
        calibration.GuaranteedFalseAlarmRate.ShouldBe(1 / 21.0, 1e-12);
    }

    [Theory]
    [InlineData(300, 1 / 300.0, 0.0077)] // k = 1: 1 - 0.1^(1/300)
    [InlineData(99, 0.01, 0.0230)] // k = 1: 1 - 0.1^(1/99)
    public void The_90_percent_bound_is_the_quantile_of_a_beta_distribution(int images, double budget, double expected)
    {
        var calibration = Calibration.From(Enumerable.Range(0, images).Select(score => (double)score), budget, 0.05);

        calibration.FalseAlarmRateAt90Percent.ShouldBe(expected, 1e-4);
    }

    [Theory]
    [InlineData(20, 0.05, false)]
    [InlineData(99, 0.01, false)]
    [InlineData(300, 0.01, false)]
    [InlineData(1000, 0.05, false)]
    [InlineData(50, 0.05, false)]
    [InlineData(20, 0.05, true)]
    [InlineData(150, 0.01, true)]
    [InlineData(300, 0.02, true)]
    [InlineData(1000, 0.01, true)]
    public void Over_many_calibration_sets_false_alarms_stay_within_the_budget(int images, double budget, bool ties)
    {
        var random = new Random(7);
        double Draw() => ties ? random.Next(40) : -Math.Log(1 - random.NextDouble());
        const int Sets = 2000;
        var alarms = 0.0;
        for (var set = 0; set < Sets; set++)
        {
            var calibration = Calibration.From(Enumerable.Range(0, images).Select(_ => Draw()).ToArray(), budget, 0.5);
            // The exact rate of this calibration set: the distribution is known.
            alarms += ties ? Math.Max(0, 39 - calibration.Threshold) / 40 : Math.Exp(-calibration.Threshold);
        }

        // The mean over sets has a standard error of at most sqrt(budget / images / sets).
        (alarms / Sets).ShouldBeLessThanOrEqualTo(budget + 3 * Math.Sqrt(budget / images / Sets));
    }

    [Fact]
    public void P_value_and_verdict_agree_whatever_the_scores() =>
        Gen.Double[0, 10].Array[100, 300].Select(Gen.Double[0, 12]).Sample((scores, score) =>
        {
            var calibration = Calibration.From(scores, 0.01, 0.05);

            (calibration.PValue(score) <= 0.01).ShouldBe(calibration.Judge(score) is Verdict.Anomalous);
            (calibration.PValue(score) <= 0.05).ShouldBe(calibration.Judge(score) is not Verdict.Normal);
        });

    [Fact]
    public void Scores_that_are_not_finite_are_a_fault_of_the_machine() =>
        Should.Throw<MachineFaultException>(() => Calibration.From([1, double.NaN, 2], 0.01, 0.05)).Message.ShouldStartWith("1 of 3 calibration scores are not finite numbers");
}
