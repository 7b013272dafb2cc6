using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Tests.Retraining;

public sealed class KnownGoodTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Images_are_counted_in_all_folders_below_and_nothing_else_is()
    {
        _folder.Images(3, "good");
        _folder.Images(2, "good", "second shift");
        File.WriteAllText(_folder["good", "notes.txt"], "taken with lamp 2");
        File.WriteAllText(_folder["good", ".hidden.png"], "");

        KnownGood.In(_folder["good"]).Images.ShouldBe(5);
    }

    [Fact]
    public void The_fingerprint_stands_still_while_nothing_changes_and_changes_with_each_image()
    {
        _folder.Images(3, "good");
        var before = KnownGood.In(_folder["good"]);
        KnownGood.In(_folder["good"]).ShouldBe(before);

        File.SetLastWriteTimeUtc(_folder["good", "000.png"], DateTime.UtcNow.AddMinutes(-1));
        var rewritten = KnownGood.In(_folder["good"]);
        File.Move(_folder["good", "001.png"], _folder["good", "renamed.png"]);
        var renamed = KnownGood.In(_folder["good"]);
        File.Delete(_folder["good", "002.png"]);
        var removed = KnownGood.In(_folder["good"]);

        new[] { before, rewritten, renamed, removed }.Select(good => good.Fingerprint).ShouldBeUnique();
    }

    [Fact]
    public void A_folder_that_is_not_there_has_no_images() => KnownGood.In(_folder["nowhere"]).Images.ShouldBe(0);

    public void Dispose() => _folder.Dispose();
}
