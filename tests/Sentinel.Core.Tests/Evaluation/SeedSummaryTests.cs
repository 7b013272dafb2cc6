using System.Text.Json;
using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class SeedSummaryTests
{
    private static readonly SeedSummary _three = new([Seed(4, 0.9, recall: 0.5), Seed(5, 0.6, recall: 1), Seed(6, 0.75, recall: 0)]);

    [Fact]
    public void Medians_stand_on_top_in_the_shape_of_one_report()
    {
        var root = Json(_three);

        root.GetProperty("set").GetString().ShouldBe("tile");
        Number(root, "goodImages").ShouldBe(10);
        Number(root, "image", "auroc").ShouldBe(0.75);
        Number(root, "threshold", "recall", "crack").ShouldBe(0.5);
        Number(root, "perDefect", "crack", "auroc").ShouldBe(0.75);
        Number(root, "timing", "trainSeconds").ShouldBe(305);
        Number(root, "peakMemoryBytes").ShouldBe(5_000_000);
        root.GetProperty("threshold").GetProperty("falseAlarmInterval").EnumerateArray().Select(e => e.GetDouble()).ShouldBe([0.01, 0.04]);
    }

    [Fact]
    public void Below_seeds_each_figure_has_mean_min_and_max_under_the_same_names()
    {
        var seeds = Json(_three).GetProperty("seeds");

        seeds.GetProperty("seed").EnumerateArray().Select(e => e.GetInt32()).ShouldBe([4, 5, 6]);
        Figures(seeds.GetProperty("image").GetProperty("auroc")).ShouldBe((0.75, 0.6, 0.9));
        Figures(seeds.GetProperty("threshold").GetProperty("recall").GetProperty("crack")).ShouldBe((0.5, 0, 1));
        Figures(seeds.GetProperty("peakMemoryBytes")).ShouldBe((5_000_000, 4_000_000, 6_000_000));
        seeds.TryGetProperty("set", out _).ShouldBeFalse();
        seeds.TryGetProperty("pixel", out _).ShouldBeFalse();
    }

    [Fact]
    public void One_seed_is_its_own_report()
    {
        var only = Seed(4, 0.9, recall: 0.5);

        new SeedSummary([only]).ToJson().ShouldBe(only.Report.ToJson());
    }

    [Fact]
    public void The_seed_in_the_middle_is_that_of_the_median_and_the_lower_of_two()
    {
        _three.Middle.Seed.ShouldBe(6);
        new SeedSummary([Seed(1, 0.8), Seed(2, 0.7), Seed(3, 0.9), Seed(4, 0.6)]).Middle.Seed.ShouldBe(2);
    }

    internal static SeedReport Seed(int seed, double auroc, double recall = 0.75) => new(seed, new EvaluationReport
    {
        Set = "tile",
        GoodImages = 10,
        DefectiveImages = 4,
        Image = new(auroc, 0.8, 0.85),
        Threshold = new(0.01, 0.02, [0.01, 0.04], new Dictionary<string, double> { ["crack"] = recall }),
        PerDefect = new Dictionary<string, DefectFigures> { ["crack"] = new(4, auroc) },
        Denoising = new(36, 20, 28, 8),
        Timing = new(300 + seed, 80, 25),
        PeakMemoryBytes = seed * 1_000_000,
    });

    private static JsonElement Json(SeedSummary summary) => JsonDocument.Parse(summary.ToJson()).RootElement;

    private static (double Mean, double Min, double Max) Figures(JsonElement figure) =>
        (Math.Round(Number(figure, "mean"), 12), Number(figure, "min"), Number(figure, "max"));

    private static double Number(JsonElement root, params string[] path) =>
        path.Aggregate(root, (element, name) => element.GetProperty(name)).GetDouble();
}
