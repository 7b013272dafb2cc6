using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Core.Training.Gate;

namespace Sentinel.Core.Tests.Training.Gate;

public sealed class PromotionGateTests
{
    private const int Images = 120;

    [Fact]
    public void An_equal_challenger_is_accepted()
    {
        var table = PromotionGate.Decide(Model("1"), Model("2"), []);

        table.Decision.ShouldBe(GateDecision.Accepted);
        table.Reasons.ShouldBeEmpty();
        table.Champion.ShouldBe("1");
        table.Rows.ShouldAllBe(row => row.Passed);
    }

    [Fact]
    public void A_challenger_that_separates_drawn_defects_worse_is_rejected_with_the_interval()
    {
        var table = PromotionGate.Decide(Model("1"), Model("2", defectsAbove: 0.4), []);

        table.Decision.ShouldBe(GateDecision.Rejected);
        var row = table.Rows.Single(row => row.Measure.StartsWith("AUROC", StringComparison.Ordinal));
        row.Passed.ShouldBeFalse();
        row.High!.Value.ShouldBeLessThan(0);
        row.Champion!.Value.ShouldBeGreaterThan(row.Challenger);
        table.Reasons.ShouldContain(reason => reason.StartsWith("AUROC on drawn defects: 0.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_little_worse_within_noise_is_accepted() =>
        PromotionGate.Decide(Model("1"), Model("2", defectsAbove: 2.95, seed: 2), []).Decision.ShouldBe(GateDecision.Accepted);

    [Fact]
    public void A_threshold_that_lets_defects_pass_is_rejected_though_the_order_of_scores_is_right()
    {
        // Defects among the calibration images push the threshold up and leave the AUROC alone.
        var table = PromotionGate.Decide(Model("1"), Model("2", contaminated: 8), []);

        table.Decision.ShouldBe(GateDecision.Rejected);
        table.Rows.Single(row => !row.Passed).Measure.ShouldBe("share of drawn defects caught");
    }

    [Fact]
    public void A_threshold_that_is_higher_by_one_unlucky_image_is_noise()
    {
        var unlucky = Model("2", calibrationImages: 99, luck: 1.8);
        unlucky.Calibration.Threshold.ShouldBeGreaterThan(1.7);

        PromotionGate.Decide(Model("1", calibrationImages: 99), unlucky, []).Decision.ShouldBe(GateDecision.Accepted);
    }

    [Fact]
    public void A_reviewed_defect_that_only_the_champion_flags_is_enough_for_a_rejection()
    {
        var champion = Model("1") with { Defects = [9, 9, 9, 0.1] };

        PromotionGate.Decide(champion, Model("2") with { Defects = [9, 9, 9, 0.1] }, []).Decision.ShouldBe(GateDecision.Accepted);
        PromotionGate.Decide(champion, Model("2") with { Defects = [9, 9, 0.1, 9] }, []).Decision.ShouldBe(GateDecision.Rejected);
    }

    [Fact]
    public void Fewer_images_that_promise_far_less_are_rejected()
    {
        var table = PromotionGate.Decide(Model("1"), Model("2", calibrationImages: 5), []);

        table.Decision.ShouldBe(GateDecision.Rejected);
        table.Rows[0].Passed.ShouldBeFalse();
        table.Rows[0].Challenger.ShouldBe(1 / 6.0, 1e-9);
    }

    [Fact]
    public void False_alarms_beyond_what_the_promise_explains_are_rejected()
    {
        var noisy = Model("2");
        noisy = noisy with { Good = [.. noisy.Good.Select((score, i) => i < 15 ? 9 : score)], Independent = [.. noisy.Independent.Select((_, i) => i < 40)] };

        var table = PromotionGate.Decide(Model("1") with { Independent = noisy.Independent }, noisy, []);

        table.Decision.ShouldBe(GateDecision.Rejected);
        table.Rows[1].Passed.ShouldBeFalse();
        table.Rows[1].Images.ShouldBe(40);
        table.Rows[1].Challenger.ShouldBe(15);
    }

    [Fact]
    public void Without_a_champion_there_is_a_table_and_nothing_to_be_rejected_by()
    {
        var table = PromotionGate.Decide(null, Model("1"), ["Model 7 could not be compared with: damaged."]);

        table.Decision.ShouldBe(GateDecision.Unopposed);
        table.Rows.Count.ShouldBe(4);
        table.Reasons.ShouldBe(["Model 7 could not be compared with: damaged."]);
    }

    /// <summary>Scores of good images are about 1, those of drawn defects above by so much; thresholds from 199 other images.</summary>
    private static GateScores Model(string version, double defectsAbove = 3, int contaminated = 0, int calibrationImages = 199, int seed = 1, double luck = 1)
    {
        var random = new Random(seed);
        double Good() => 1 + 0.3 * random.NextDouble();
        var calibration = Calibration.From([.. Enumerable.Range(0, calibrationImages).Select(i => i < contaminated ? 5 : Good() * (i == contaminated ? luck : 1))], 0.01, 0.05);
        return new GateScores
        {
            Version = version,
            Calibration = calibration,
            Good = [.. Enumerable.Range(0, Images).Select(_ => 0.9 + 0.3 * random.NextDouble())],
            Independent = [.. Enumerable.Range(0, Images).Select(_ => true)],
            Synthetic = [.. Enumerable.Range(0, Images).Select(_ => 0.9 + defectsAbove * random.NextDouble())],
            FalseAlarms = [],
            Defects = [],
        };
    }
}
