using Sentinel.Core.Models;
using Sentinel.Core.Training;

namespace Sentinel.Core.Tests.Training;

[Collection(nameof(TrainedDial))]
public sealed class TrainerTests(TrainedDial dial)
{
    [Fact]
    public void The_model_says_what_it_was_made_from()
    {
        var (model, training) = (dial.Manifest, dial.Manifest.Training);

        model.Standardisation.Channels.ShouldBe(1);
        (training.TrainingImages + training.SelectionImages + training.CalibrationImages).ShouldBe(60);
        training.CalibrationImages.ShouldBe(20);
        training.Images.Count.ShouldBe(60);
        training.LeftOut["notes.png"].ShouldContain("not an image");
        var report = File.ReadAllText(Path.Combine(dial.VersionFolder, "report.html"));
        report.ShouldContain("no image shows a colour");
        report.ShouldContain("seen at half size");
        report.ShouldContain("too few images to choose by");
        training.LeftOut.Count(entry => entry.Value.StartsWith("the same bytes as", StringComparison.Ordinal)).ShouldBe(1);
        training.Steps.ShouldBeGreaterThan(5);
        model.Calibration.IsProvisional.ShouldBeTrue();
        model.Files.Keys.ShouldBe(["golden/1.png", "golden/2.png", "golden/3.png", "report.html", "weights.dat"]);
    }

    [Fact]
    public void Progress_is_told_from_the_first_phase_to_the_last()
    {
        dial.Progress.Select(line => line.Phase).Distinct().ShouldBe(["reading", "checking", "measuring", "telling defects apart", "training", "choosing", "calibrating", "comparing", "saving"]);
        dial.Progress.Select(line => line.Fraction).ShouldBeInOrder();
    }

    [Fact]
    public async Task Too_few_images_are_refused_with_the_number_that_is_needed()
    {
        var good = Dials.Write(Path.Combine(dial.Root, "few"), 9);

        var refusal = await Should.ThrowAsync<TrainingRefusedException>(
            () => new Trainer(dial.Registry, dial.Torch).TrainAsync(dial.Plan with { Product = "few", GoodFolder = good }, null, CancellationToken.None));

        refusal.Message.ShouldContain("holds 9 usable known-good images");
        refusal.Message.ShouldContain("148 to promise a false-alarm rate of 1 %");
        refusal.Message.ShouldContain("At least 10 are needed");
        dial.Registry.ChampionOf("few").ShouldBeNull();
    }

    [Fact]
    public async Task A_cancelled_training_leaves_the_champion_and_no_half_model()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(3));

        await Should.ThrowAsync<OperationCanceledException>(
            () => new Trainer(dial.Registry, dial.Torch).TrainAsync(dial.Plan, null, cancel.Token));

        dial.Registry.ChampionOf("dial").ShouldBe(dial.Manifest.Version);
        Directory.GetDirectories(Path.Combine(dial.Registry.Folder, "dial")).ShouldBe([dial.VersionFolder]);
    }

    [Fact]
    public void A_dead_trainers_leftovers_are_cleared_away()
    {
        var registry = new ModelRegistry(Path.Combine(dial.Root, "leftovers"));
        var left = Directory.CreateDirectory(Path.Combine(registry.Folder, "dial", $".staging-{int.MaxValue}")).FullName;

        var staging = registry.Stage("dial");

        Directory.Exists(left).ShouldBeFalse();
        registry.VersionsOf("dial").ShouldBeEmpty();
        Directory.Exists(staging).ShouldBeTrue();
    }
}
