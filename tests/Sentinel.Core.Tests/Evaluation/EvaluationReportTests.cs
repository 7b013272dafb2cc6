using System.Text.Json;
using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class EvaluationReportTests
{
    [Fact]
    public void The_json_is_one_line_with_the_names_that_others_read()
    {
        var json = Report(new PixelFigures(0.7, 0.6, 0.5)).ToJson();

        json.ShouldNotContain('\n');
        var root = JsonDocument.Parse(json).RootElement;
        Number(root, "image", "auroc").ShouldBe(0.9);
        Number(root, "image", "ap").ShouldBe(0.8);
        Number(root, "image", "f1Max").ShouldBe(0.85);
        Number(root, "pixel", "aupro").ShouldBe(0.5);
        Number(root, "threshold", "falseAlarmRate").ShouldBe(0.02);
        root.GetProperty("threshold").GetProperty("falseAlarmInterval").EnumerateArray().Select(e => e.GetDouble()).ShouldBe([0.01, 0.04]);
        Number(root, "threshold", "recall", "crack").ShouldBe(0.75);
        Number(root, "perDefect", "crack", "auroc").ShouldBe(0.88);
        Number(root, "denoising", "gain").ShouldBe(8);
        Number(root, "timing", "trainSeconds").ShouldBe(300);
        Number(root, "timing", "trainImagesPerSecond").ShouldBe(80);
        Number(root, "timing", "inferMillisecondsPerImage").ShouldBe(25);
        Number(root, "peakMemoryBytes").ShouldBe(1_000_000);
    }

    [Fact]
    public void What_could_not_be_measured_is_left_out() =>
        JsonDocument.Parse(Report(pixel: null).ToJson()).RootElement.TryGetProperty("pixel", out _).ShouldBeFalse();

    private static double Number(JsonElement root, params string[] path) =>
        path.Aggregate(root, (element, name) => element.GetProperty(name)).GetDouble();

    private static EvaluationReport Report(PixelFigures? pixel) => new()
    {
        Set = "tile",
        GoodImages = 10,
        DefectiveImages = 4,
        Image = new(0.9, 0.8, 0.85),
        Pixel = pixel,
        Threshold = new(0.01, 0.02, [0.01, 0.04], new Dictionary<string, double> { ["crack"] = 0.75 }),
        PerDefect = new Dictionary<string, DefectFigures> { ["crack"] = new(4, 0.88) },
        Denoising = new(36, 20, 28, 8),
        Timing = new(300, 80, 25),
        PeakMemoryBytes = 1_000_000,
        Samples = [],
    };
}
