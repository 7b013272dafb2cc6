using System.Runtime.Versioning;
using System.Text.Json;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Commands;

[Collection(nameof(TrainedProduct))]
public sealed class ImageVerbTests(TrainedProduct trained) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Training_tells_its_progress_and_at_the_end_what_it_made()
    {
        var progress = trained.Lines.SkipLast(1).ToList();
        progress.ShouldNotBeEmpty();
        foreach (var line in progress)
        {
            line.GetProperty("fraction").GetDouble().ShouldBeInRange(0, 1);
            line.GetProperty("phase").GetString().ShouldNotBeNullOrEmpty();
            line.TryGetProperty("remainingSeconds", out _).ShouldBeTrue();
        }

        progress.Select(line => line.GetProperty("phase").GetString()).ShouldContain("training");
        var result = trained.Lines[^1];
        result.GetProperty("product").GetString().ShouldBe("tile");
        result.GetProperty("version").GetString().ShouldBe("1");
        result.GetProperty("images").GetInt32().ShouldBe(30);
    }

    [Fact]
    public void What_was_learned_from_is_noted_so_that_the_schedule_does_not_learn_it_again()
    {
        var registry = new ModelRegistry(trained.Data["models"]);
        var good = KnownGood.In(trained.Data["good", "tile"]);

        var last = LastTraining.Read(registry, "tile")!;
        (last.Outcome, last.Version, last.Images, last.Fingerprint).ShouldBe((TrainingOutcomes.Trained, "1", 30, good.Fingerprint));
        var planner = new TrainingPlanner(new DataFolders(trained.Data.Path), registry, new SentinelOptions(), new TrainingLog(), TimeProvider.System);
        planner.ReasonToSkip("tile", good).ShouldBe("its 30 known-good images are those that model 1 learned from");
        planner.ReasonToSkip("tile", good with { Fingerprint = "other" }).ShouldBeNull();
        planner.IsDue("tile").ShouldBeFalse();
    }

    [Fact]
    public void A_model_of_an_earlier_Sentinel_is_trained_again_from_the_same_images()
    {
        trained.PublishTo(_folder, "1");
        TrainedProduct.MakeSuspect(_folder["models", "tile", "1"]);
        var registry = new ModelRegistry(_folder["models"]);
        var good = KnownGood.In(trained.Data["good", "tile"]);
        LastTraining.Read(new ModelRegistry(trained.Data["models"]), "tile")!.Write(registry, "tile");
        var planner = new TrainingPlanner(new DataFolders(_folder.Path), registry, new SentinelOptions(), new TrainingLog(), TimeProvider.System);

        planner.ReasonToSkip("tile", good).ShouldBeNull();

        // One that learnt them soundly waits for its approval: another would be no better.
        trained.PublishTo(_folder, "2");
        TrainedProduct.NameChampion(_folder, "1");
        registry.Hold("tile", "2", HoldReason.Approval, "by hand");
        planner.ReasonToSkip("tile", good).ShouldNotBeNull();
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task What_a_verb_writes_is_not_for_others_whatever_the_umask_of_its_caller()
    {
        _folder.Images(1, "new");

        using var sentinel = new SentinelProcess(
            "/bin/sh", ["-c", "umask 000; exec \"$0\" \"$@\"", SentinelProcess.Executable, "score", _folder["new"], "--product", "tile", "--data", trained.Data.Path, "--out", _folder["out"]]);
        (await sentinel.EndAsync(60)).ShouldBe(0, sentinel.Errors);

        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;
        var written = Directory.EnumerateFileSystemEntries(_folder["out"], "*", SearchOption.AllDirectories).Append(_folder["out"]).ToList();
        written.Count.ShouldBeGreaterThan(1);
        written.ShouldAllBe(path => (File.GetUnixFileMode(path) & others) == UnixFileMode.None);
    }

    [Fact]
    public async Task Scoring_judges_every_image_and_lists_the_unreadable_ones_at_the_end()
    {
        var images = _folder.Images(2, "new", "deeper");
        await File.WriteAllTextAsync(_folder["new", "broken.png"], "no image", TestContext.Current.CancellationToken);

        using var sentinel = new SentinelProcess(
            "score", _folder["new"], "--product", "tile", "--data", trained.Data.Path, "--out", _folder["out"], "--json");
        (await sentinel.EndAsync(60)).ShouldBe(1);

        var lines = sentinel.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Count.ShouldBe(3);
        lines.Count(line => line.TryGetProperty("error", out _)).ShouldBe(1);
        var scored = lines.Single(line => line.GetProperty("file").GetString() == "deeper/000.png");
        foreach (var field in new[] { "sha256", "width", "height", "modelVersion", "score", "threshold", "ratio", "pValue", "verdict", "regions" })
        {
            scored.TryGetProperty(field, out _).ShouldBeTrue(field);
        }

        File.Exists(_folder["out", "deeper", "000.png.json"]).ShouldBeTrue();
        var original = ImageFile.Read(Path.Combine(images, "000.png"), new ImageLimits());
        foreach (var picture in new[] { "000.png.heatmap.png", "000.png.denoised.png" })
        {
            var written = ImageFile.Read(_folder["out", "deeper", picture], new ImageLimits());
            (written.Width, written.Height).ShouldBe((original.Width, original.Height));
        }
    }

    [Fact]
    public async Task Plain_output_has_one_line_per_image_and_the_sum()
    {
        _folder.Images(3, "new");

        using var sentinel = new SentinelProcess("score", _folder["new"], "--product", "tile", "--data", trained.Data.Path);

        (await sentinel.EndAsync(60)).ShouldBe(0);
        var lines = sentinel.Output.Split('\n');
        lines.Length.ShouldBe(4);
        lines[^1].ShouldStartWith("3 images: ");
        lines[^1].ShouldEndWith(", 0 unreadable.");
    }

    [Fact]
    public async Task Denoising_writes_a_copy_of_the_images_own_size()
    {
        var images = _folder.Images(1, "noisy");

        using var sentinel = new SentinelProcess(
            "denoise", Path.Combine(images, "000.png"), "--product", "tile", "--data", trained.Data.Path, "--out", _folder["clean"]);

        (await sentinel.EndAsync(60)).ShouldBe(0, sentinel.Errors);
        var clean = ImageFile.Read(_folder["clean", "000.png.denoised.png"], new ImageLimits());
        (clean.Width, clean.Height, clean.Channels).ShouldBe((64, 64, 1));
    }

    [Fact]
    public async Task Denoising_takes_a_version_folder_in_place_of_a_product()
    {
        var images = _folder.Images(1, "noisy");
        var image = Path.Combine(images, "000.png");
        using var byProduct = new SentinelProcess("denoise", image, "--product", "tile", "--data", trained.Data.Path, "--out", _folder["by-product"]);
        (await byProduct.EndAsync(60)).ShouldBe(0, byProduct.Errors);

        using var byFolder = new SentinelProcess("denoise", image, "--model", trained.Data["models", "tile", "1"], "--out", _folder["by-folder"]);

        (await byFolder.EndAsync(60)).ShouldBe(0, byFolder.Errors);
        File.ReadAllBytes(_folder["by-folder", "000.png.denoised.png"]).ShouldBe(File.ReadAllBytes(_folder["by-product", "000.png.denoised.png"]));
    }

    public void Dispose() => _folder.Dispose();
}
