using Sentinel.Core.Models;
using Sentinel.Core.Tests.Training;

namespace Sentinel.Core.Tests.Models;

[Collection(nameof(TrainedDial))]
public sealed class ModelRegistryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sentinel-registry-").FullName;
    private readonly TrainedDial _dial;
    private readonly ModelRegistry _registry;

    public ModelRegistryTests(TrainedDial dial)
    {
        _dial = dial;
        _registry = new ModelRegistry(_folder);
        for (var version = 1; version <= 4; version++)
        {
            Store();
        }
    }

    [Fact]
    public void Storing_puts_nothing_into_use_and_promoting_does()
    {
        _registry.ChampionOf("dial").ShouldBeNull();
        _registry.VersionsOf("dial").ShouldBe(["1", "2", "3", "4"]);

        _registry.Promote("dial", "2", "gate");
        _registry.Promote("dial", "3", "a person");

        var champion = _registry.ChampionRecordOf("dial")!;
        (champion.Version, champion.By).ShouldBe(("3", "a person"));
        champion.Before.ShouldBe(["2"]);
    }

    [Fact]
    public void A_rollback_goes_to_the_last_sound_version_before_and_remembers_what_it_left()
    {
        foreach (var version in (string[])["1", "2", "3"])
        {
            _registry.Promote("dial", version, "gate");
        }

        File.AppendAllText(Path.Combine(_registry.FolderOf("dial", "2"), "weights.dat"), "x");
        _registry.RollBack("dial", "a person").ShouldBe("1");

        var champion = _registry.ChampionRecordOf("dial")!;
        champion.Before.ShouldBeEmpty();
        champion.Withdrawn.ShouldBe(["3"]);
        Should.Throw<ModelUnusableException>(() => _registry.RollBack("dial", "a person")).Message.ShouldContain("no sound version before 1");
    }

    [Theory]
    [InlineData("7", "has no version '7'")]
    [InlineData("../4", "has no version")]
    [InlineData("4", "damaged")]
    public void Only_a_sound_version_is_put_into_use(string version, string reason)
    {
        _registry.Promote("dial", "1", "gate");
        File.AppendAllText(Path.Combine(_registry.FolderOf("dial", "4"), "weights.dat"), "x");

        Should.Throw<ModelUnusableException>(() => _registry.Promote("dial", version, "a person")).Message.ShouldContain(reason);

        _registry.ChampionOf("dial").ShouldBe("1");
    }

    [Theory]
    [InlineData("{ \"version")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("")]
    public void A_damaged_champion_file_is_refused_with_what_to_do_and_mended_by_naming_a_version(string content)
    {
        _registry.Promote("dial", "1", "gate");
        File.WriteAllText(Path.Combine(_folder, "dial", "champion.json"), content);

        var refusal = Should.Throw<ModelUnusableException>(() => _registry.ChampionOf("dial"));
        refusal.Message.ShouldContain("champion.json");
        refusal.Message.ShouldContain("sentinel models approve --product dial --model N");
        Should.Throw<ModelUnusableException>(() => ModelRetention.Superfluous(_registry, "dial", []));

        _registry.Promote("dial", "2", "a person");
        _registry.ChampionOf("dial").ShouldBe("2");
    }

    [Fact]
    public void What_waits_is_named_until_it_is_promoted()
    {
        _registry.Promote("dial", "1", "gate");
        _registry.Hold("dial", "2", HoldReason.Drift, "brightness drifts");
        _registry.ChallengerOf("dial")!.Waits.ShouldBe(HoldReason.Drift);
        _registry.ChampionOf("dial").ShouldBe("1");

        _registry.Promote("dial", "2", "a person");

        _registry.ChallengerOf("dial").ShouldBeNull();
    }

    [Fact]
    public async Task A_champion_whose_manifest_was_edited_is_refused_and_an_earlier_record_without_its_hash_is_not()
    {
        _registry.Promote("dial", "1", "gate");
        _registry.Promote("dial", "2", "gate");
        var champion = Path.Combine(_folder, "dial", "champion.json");
        var manifest = Path.Combine(_registry.FolderOf("dial", "2"), "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"falseAlarmBudget\": 0.01", "\"falseAlarmBudget\": 0.4"));

        Should.Throw<ModelUnusableException>(() => _registry.FolderToLoad("dial", "2")).Message.ShouldContain("was changed after it was put into use");
        _registry.ProblemOf("dial", "2")!.ShouldContain("was changed");

        File.WriteAllText(champion, """{"version":"2","publishedAt":"2026-01-01T00:00:00Z","before":["1"]}""");
        using (await Core.Detection.Detector.LoadAsync(_registry.FolderToLoad("dial", "2"), _dial.Torch))
        {
            _registry.RollBack("dial", "a person").ShouldBe("1");
        }

        _registry.ChampionRecordOf("dial")!.Manifest.ShouldBe(_registry.ManifestHash("dial", "1"));
    }

    [Fact]
    public void A_version_that_lies_in_the_folder_of_another_is_refused()
    {
        Directory.Move(_registry.FolderOf("dial", "4"), _registry.FolderOf("dial", "9"));

        Should.Throw<ModelUnusableException>(() => _registry.Promote("dial", "9", "a person")).Message.ShouldContain("holds model 'dial/4'");
        _registry.ChampionOf("dial").ShouldBeNull();
    }

    [Fact]
    public void A_damaged_note_of_what_waits_does_not_keep_a_model_from_being_put_into_use()
    {
        File.WriteAllText(Path.Combine(_folder, "dial", "challenger.json"), "{ \"version");

        _registry.Promote("dial", "2", "a person");

        _registry.ChampionOf("dial").ShouldBe("2");
        _registry.ChallengerOf("dial").ShouldBeNull();
    }

    [Fact]
    public void The_newest_five_those_in_use_before_and_those_that_judged_kept_images_stay()
    {
        foreach (var version in (string[])["1", "2", "3", "4"])
        {
            _registry.Promote("dial", version, "gate");
        }

        for (var version = 5; version <= 12; version++)
        {
            Store();
        }

        _registry.Promote("dial", "12", "gate");
        _registry.Hold("dial", "6", HoldReason.Approval, "by hand");

        // 8 to 12 are the newest; 12, 4, 3, 2, 1 were in use; 5 judged; 6 waits.
        ModelRetention.Superfluous(_registry, "dial", ["5"]).ShouldBe(["7"]);
        _registry.Remove("dial", ["7", "12", "6"]).ShouldBe(["7"]);
        _registry.VersionsOf("dial").ShouldNotContain("7");
    }

    [Fact]
    public void A_number_is_given_once_also_when_its_version_was_removed()
    {
        _registry.Promote("dial", "4", "gate");
        _registry.Promote("dial", "1", "gate");
        _registry.Remove("dial", ["4"]).ShouldBe(["4"]);

        Store().ShouldBe("5");
    }

    [Fact]
    public void Many_writers_at_once_give_every_version_a_number_of_its_own()
    {
        var numbers = Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4).Select(_ => Store()).ToList();

        numbers.Order().ShouldBe(["5", "6", "7", "8"]);
    }

    [Fact]
    public async Task A_recalibrated_version_has_the_same_weights_and_other_thresholds_and_can_be_loaded()
    {
        var old = _registry.Read("dial", "1");
        var calibration = Core.Detection.Calibration.From(old.Calibration.Scores, 0.2, 0.3);

        var stored = Recalibration.Store(_registry, old, calibration, DateTimeOffset.UtcNow);

        stored.Version.ShouldBe("5");
        (stored.RecalibratedFrom, stored.WeightsHash).ShouldBe(("1", old.WeightsHash));
        using var detector = await Core.Detection.Detector.LoadAsync(_registry.FolderOf("dial", "5"), _dial.Torch);
        detector.Model.Calibration.Threshold.ShouldBeLessThan(old.Calibration.Threshold);
    }

    [Fact]
    public async Task A_model_of_an_earlier_Sentinel_loads_is_no_opponent_and_stays_suspect_when_it_is_recalibrated()
    {
        _registry.Promote("dial", "1", "gate");
        _registry.Promote("dial", Store(ModelManifest.SuspectSchema), "gate");

        using (var detector = await Core.Detection.Detector.LoadAsync(_registry.FolderToLoad("dial", "5"), _dial.Torch))
        {
            detector.Model.IsSuspect.ShouldBeTrue();
        }

        var opponent = await Core.Training.Gate.Opponent.FindAsync(_registry, "dial", _dial.Torch);
        (opponent.Detector, opponent.SuspectChampion).ShouldBe((null, "5"));
        opponent.Notes.ShouldHaveSingleItem().ShouldStartWith("Model 5 was not compared with: it was trained by an earlier Sentinel");

        var suspect = _registry.Read("dial", "5");
        Recalibration.Store(_registry, suspect, suspect.Calibration, DateTimeOffset.UtcNow).IsSuspect.ShouldBeTrue();
        _registry.Read("dial", "6").IsSuspect.ShouldBeTrue();
        _registry.Read("dial", "1").IsSuspect.ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The trained dial once more, under the next number.</summary>
    private string Store(string schema = ModelManifest.CurrentSchema)
    {
        var staging = Path.Combine(_folder, "dial", $".staging-{Guid.NewGuid():N}");
        foreach (var file in Directory.EnumerateFiles(_dial.VersionFolder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(staging, Path.GetRelativePath(_dial.VersionFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        File.Delete(Path.Combine(staging, "manifest.json"));
        return _registry.Store("dial", staging, version => VersionFolder.Seal(staging, _dial.Manifest with { Version = version, Schema = schema })).Version;
    }
}
