using System.Text.Json.Nodes;
using Sentinel.Core.Detection;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Tests.Training;
using TorchSharp;

namespace Sentinel.Core.Tests.Detection;

[Collection(nameof(TrainedDial))]
public sealed class DetectorTests(TrainedDial dial)
{
    [Fact]
    public async Task A_spot_is_anomalous_and_the_first_region_lies_on_it()
    {
        using var detector = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);
        for (var number = 1000; number < 1010; number++)
        {
            var inspection = await detector.InspectAsync(Dials.Spotted(number, out var centre));

            inspection.Verdict.ShouldBe(Verdict.Anomalous);
            inspection.Ratio.ShouldBeGreaterThan(1);
            inspection.PValue.ShouldBe(1.0 / (dial.Manifest.Calibration.Scores.Count + 1));
            inspection.Map.Values.Max().ShouldBe((float)inspection.Ratio, 1e-4f);
            var worst = inspection.Regions[0];
            centre.X.ShouldBeInRange(worst.X, worst.X + worst.Width);
            centre.Y.ShouldBeInRange(worst.Y, worst.Y + worst.Height);
        }
    }

    [Fact]
    public async Task Good_images_are_rarely_flagged_and_never_without_a_region()
    {
        using var detector = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);
        var inspections = new List<Inspection>();
        for (var number = 2000; number < 2040; number++)
        {
            inspections.Add(await detector.InspectAsync(Dials.Good(number)));
        }

        // The budget is 1 %; with 20 calibration images the promise is 4.8 % on average over calibrations.
        inspections.Count(inspection => inspection.Verdict is Verdict.Anomalous).ShouldBeLessThanOrEqualTo(8);
        inspections.ShouldAllBe(inspection => (inspection.Verdict == Verdict.Normal) == (inspection.Regions.Count == 0));
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 16)]
    public async Task The_denoised_image_has_the_size_channels_and_depth_of_the_input(int channels, int depth)
    {
        using var detector = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);
        var frame = new Frame(301, 35, channels, [.. Enumerable.Range(0, 301 * 35 * channels).Select(i => (ushort)(i % 65536))], depth);

        var denoised = await detector.DenoiseAsync(frame, TestContext.Current.CancellationToken);

        (denoised.Width, denoised.Height, denoised.Channels, denoised.BitDepth).ShouldBe((301, 35, channels, depth));
    }

    [Fact]
    public async Task Denoising_a_large_image_can_be_ended_between_two_tiles()
    {
        using var detector = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);
        var frame = new Frame(8000, 8000, 1, new ushort[8000 * 8000]); // A minute's work.
        using var stop = new CancellationTokenSource();

        var denoising = detector.DenoiseAsync(frame, stop.Token);
        stop.CancelAfter(200);

        await Should.ThrowAsync<OperationCanceledException>(denoising.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        (await detector.InspectAsync(Dials.Good(1))).Score.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Noise_is_taken_out_and_a_clean_image_is_left_alone()
    {
        using var detector = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);
        var (clean, noisy) = (Dials.Good(3000), Dials.Good(3000, grain: 25 / 255.0));

        var (untouched, denoised) = (await detector.DenoiseAsync(clean, TestContext.Current.CancellationToken), await detector.DenoiseAsync(noisy, TestContext.Current.CancellationToken));

        PeakSignalToNoise.Between(denoised, clean).ShouldBeGreaterThan(PeakSignalToNoise.Between(noisy, clean) + 1);
        PeakSignalToNoise.Between(untouched, clean).ShouldBeGreaterThan(38);
    }

    [Fact]
    public async Task The_same_image_scores_the_same_after_loading_again()
    {
        var frame = Dials.Spotted(4000, out _);
        using var first = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);
        using var second = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);

        (await first.InspectAsync(frame)).Score.ShouldBe((await second.InspectAsync(frame)).Score);
    }

    [Fact]
    public async Task Live_tensors_after_500_inspections_are_those_after_50()
    {
        using var detector = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);
        var frame = Dials.Good(5000);
        async Task<long> LiveAfter(int inspections)
        {
            for (var i = 0; i < inspections; i++)
            {
                await detector.InspectAsync(frame);
            }

            await detector.DenoiseAsync(frame, TestContext.Current.CancellationToken);
            return dial.Torch.Run(() => DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        var after50 = await LiveAfter(50);

        (await LiveAfter(450)).ShouldBe(after50);
    }

    [Theory]
    [InlineData("weights.dat", "damaged")]
    [InlineData("golden/1.png", "damaged")]
    public async Task A_damaged_file_is_refused_by_its_hash(string file, string reason)
    {
        var folder = Copy();
        var bytes = File.ReadAllBytes(Path.Combine(folder, file));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(Path.Combine(folder, file), bytes);

        (await Should.ThrowAsync<ModelUnusableException>(() => Detector.LoadAsync(folder, dial.Torch))).Message.ShouldContain(reason);
    }

    [Fact]
    public async Task A_missing_file_and_a_missing_manifest_are_named()
    {
        var folder = Copy();
        File.Delete(Path.Combine(folder, "weights.dat"));
        (await Should.ThrowAsync<ModelUnusableException>(() => Detector.LoadAsync(folder, dial.Torch))).Message.ShouldContain("incomplete");

        File.Delete(Path.Combine(folder, "manifest.json"));
        (await Should.ThrowAsync<ModelUnusableException>(() => Detector.LoadAsync(folder, dial.Torch))).Message.ShouldContain("manifest.json is missing");
    }

    [Fact]
    public async Task A_model_that_scores_its_golden_images_differently_is_refused()
    {
        var folder = Copy();
        var manifest = Path.Combine(folder, "manifest.json");
        var golden = dial.Manifest.Golden[1].Score;
        var text = File.ReadAllText(manifest);
        var score = golden.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        text.ShouldContain(score);
        File.WriteAllText(manifest, text.Replace(score, (golden * 1.001).ToString("R", System.Globalization.CultureInfo.InvariantCulture)));

        (await Should.ThrowAsync<ModelUnusableException>(() => Detector.LoadAsync(folder, dial.Torch))).Message.ShouldContain("golden");
    }

    [Theory]
    [InlineData("golden", "golden images")]
    [InlineData("files", "weights.dat")]
    public async Task A_manifest_that_names_nothing_to_check_is_refused(string property, string missing)
    {
        var folder = Copy();
        Change(folder, manifest => manifest[property] = property == "files" ? new JsonObject() : new JsonArray());

        (await Should.ThrowAsync<ModelUnusableException>(() => Detector.LoadAsync(folder, dial.Torch))).Message.ShouldContain($"names no {missing}");
    }

    [Fact]
    public async Task A_golden_score_that_is_no_number_is_no_agreement()
    {
        var folder = Copy();
        Change(folder, manifest => manifest["golden"]![0]!["score"] = "NaN");

        (await Should.ThrowAsync<ModelUnusableException>(() => Detector.LoadAsync(folder, dial.Torch))).Message.ShouldContain("instead of NaN");
    }

    [Fact]
    public async Task Weights_of_another_shape_are_refused()
    {
        var folder = Copy();
        Change(folder, manifest => manifest["architecture"]!["width"] = 16);

        (await Should.ThrowAsync<ModelUnusableException>(() => Detector.LoadAsync(folder, dial.Torch))).Message.ShouldContain("do not fit");
    }

    private static void Change(string folder, Action<JsonNode> change)
    {
        var path = Path.Combine(folder, "manifest.json");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    private string Copy()
    {
        var copy = Path.Combine(dial.Root, Guid.NewGuid().ToString("N"));
        foreach (var file in Directory.GetFiles(dial.VersionFolder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(dial.VersionFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }
}
