using Sentinel.Core.Detection;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;
using Sentinel.Core.Tests.Training;

namespace Sentinel.Core.Tests.Evaluation;

[Collection(nameof(TrainedDial))]
public sealed class EvaluatorTests(TrainedDial dial) : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sentinel-evaluator-").FullName;

    [Fact]
    public async Task Spots_are_told_from_good_dials_and_found_where_they_are()
    {
        WriteTestSet(masked: true);
        var phases = new Phases();

        var report = await EvaluateAsync(phases);

        (report.GoodImages, report.DefectiveImages).ShouldBe((8, 6));
        report.Image.Auroc.ShouldBeGreaterThan(0.95);
        report.PerDefect["spot"].ShouldBe(new DefectFigures(6, report.Image.Auroc));
        report.Threshold.Budget.ShouldBe(0.01);
        report.Threshold.Recall["spot"].ShouldBe(1);
        report.Threshold.FalseAlarmRate.ShouldBe(report.Samples.Count(s => !s.Sample.IsDefective && s.Inspection.Verdict == Verdict.Anomalous) / 8.0);
        report.Pixel!.Auroc.ShouldBeGreaterThan(0.9);
        report.Pixel.Aupro.ShouldBeInRange(0.5, 1);
        report.Denoising.NoisyPsnr.ShouldBeInRange(19.5, 21.5);
        report.Denoising.Gain.ShouldBe(report.Denoising.DenoisedPsnr - report.Denoising.NoisyPsnr, 1e-9);
        report.Timing.TrainSeconds.ShouldBe(12);
        report.Timing.InferMillisecondsPerImage.ShouldBeInRange(0.1, 10_000);
        report.PeakMemoryBytes.ShouldBeGreaterThan(50_000_000);
        phases.Seen.ShouldBe(["scoring", "denoising", "comparing pixels"]);
    }

    [Fact]
    public async Task Without_masks_nothing_is_said_of_pixels()
    {
        WriteTestSet(masked: false);

        (await EvaluateAsync()).Pixel.ShouldBeNull();
    }

    [Fact]
    public async Task A_mask_of_another_size_is_named()
    {
        WriteTestSet(masked: true);
        ImageFile.WritePng(Path.Combine(_root, "ground_truth", "spot", "3.png"), new Frame(20, 20, 1, new ushort[400]));

        (await Should.ThrowAsync<UnreadableImageException>(() => EvaluateAsync())).Message.ShouldContain("20 x 20");
    }

    [Fact]
    public async Task A_test_image_that_cannot_be_read_is_named()
    {
        WriteTestSet(masked: false);
        File.WriteAllText(Path.Combine(_root, "test", "spot", "2.png"), "no image");

        (await Should.ThrowAsync<UnreadableImageException>(() => EvaluateAsync())).Message.ShouldContain("2.png");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private async Task<EvaluationReport> EvaluateAsync(Phases? phases = null)
    {
        using var detector = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);
        return await new Evaluator(detector, new ImageLimits())
            .EvaluateAsync(MvtecFolder.Open(_root), new TrainingTime(12, 80), phases, TestContext.Current.CancellationToken);
    }

    private void WriteTestSet(bool masked)
    {
        var (good, spot, masks) = (Folder("test/good"), Folder("test/spot"), Folder("ground_truth/spot"));
        for (var i = 0; i < 8; i++)
        {
            ImageFile.WritePng(Path.Combine(good, $"{i}.png"), Dials.Good(7000 + i));
        }

        for (var i = 0; i < 6; i++)
        {
            ImageFile.WritePng(Path.Combine(spot, $"{i}.png"), Dials.Spotted(8000 + i, out var centre));
            if (masked)
            {
                ImageFile.WritePng(Path.Combine(masks, $"{i}.png"), Spot(centre.X, centre.Y));
            }
        }
    }

    private static Frame Spot(int x, int y) => new(Dials.Size, Dials.Size, 1, [.. Enumerable.Range(0, Dials.Size * Dials.Size).Select(pixel =>
        Math.Pow((pixel % Dials.Size) - x, 2) + Math.Pow((pixel / Dials.Size) - y, 2) <= 36 ? ushort.MaxValue : (ushort)0)]);

    private string Folder(string path) => Directory.CreateDirectory(Path.Combine(_root, path)).FullName;

    private sealed class Phases : IProgress<EvaluationProgress>
    {
        private readonly List<string> _seen = [];

        public IEnumerable<string> Seen => _seen.Distinct();

        public void Report(EvaluationProgress value) => _seen.Add(value.Phase);
    }
}
