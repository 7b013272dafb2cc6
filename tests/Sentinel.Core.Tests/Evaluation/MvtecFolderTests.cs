using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class MvtecFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sentinel-mvtec-").FullName;

    [Fact]
    public void Good_images_come_first_then_each_defect_with_its_masks()
    {
        Put("train/good/a.png", "train/good/b.JPG", "train/good/notes.txt");
        Put("test/good/x.png", "test/crack/1.jpg", "test/crack/2.jpg", "test/crack/3.jpg", "test/blob/1.png");
        Put("ground_truth/crack/1.png", "ground_truth/crack/2_mask.png");

        var folder = MvtecFolder.Open(_root);

        folder.TrainGood.Select(Path.GetFileName).ShouldBe(["a.png", "b.JPG"]);
        folder.Test.ShouldBe([
            new(At("test/good/x.png"), "good", null),
            new(At("test/blob/1.png"), "blob", null),
            new(At("test/crack/1.jpg"), "crack", At("ground_truth/crack/1.png")),
            new(At("test/crack/2.jpg"), "crack", At("ground_truth/crack/2_mask.png")),
            new(At("test/crack/3.jpg"), "crack", null),
        ]);
        folder.Defects.ShouldBe(["blob", "crack"]);
    }

    [Fact]
    public void A_folder_without_tests_is_told_what_is_expected() =>
        Should.Throw<DirectoryNotFoundException>(() => MvtecFolder.Open(_root)).Message.ShouldContain("no folder 'test'");

    [Fact]
    public void A_test_set_without_good_images_is_refused()
    {
        Put("test/crack/1.png", "test/good/readme.txt");

        Should.Throw<DirectoryNotFoundException>(() => MvtecFolder.Open(_root)).Message.ShouldContain("good images to test with");
    }

    [Fact]
    public void A_test_set_without_defects_is_refused()
    {
        Put("test/good/1.png");

        Should.Throw<DirectoryNotFoundException>(() => MvtecFolder.Open(_root)).Message.ShouldContain("no folder beside 'good'");
    }

    [Fact]
    public void Training_images_are_missed_only_when_they_are_asked_for()
    {
        Put("test/good/1.png", "test/crack/1.png");

        var folder = MvtecFolder.Open(_root);

        Should.Throw<DirectoryNotFoundException>(() => folder.TrainGood).Message.ShouldContain("known-good images to train on");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string At(string path) => Path.Combine(_root, path);

    private void Put(params string[] paths)
    {
        foreach (var path in paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
            File.WriteAllText(At(path), "");
        }
    }
}
