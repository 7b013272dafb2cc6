using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests;

public sealed class DataRootMarkTests : IDisposable
{
    private readonly DataRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void The_root_of_the_start_is_known_again()
    {
        _root.Mark.Require();
        new DataRootMark(_root.Folders).Require();

        File.ReadAllText(Path.Combine(_root.Folders.Root, ".sentinel")).Length.ShouldBeGreaterThan(30);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another root's")]
    public void What_lies_below_a_mount_that_went_away_is_no_empty_inbox(string? other)
    {
        _root.Scanner.Scan();
        var mark = Path.Combine(_root.Folders.Root, ".sentinel");
        var own = File.ReadAllText(mark);
        File.Delete(mark);
        if (other is not null)
        {
            File.WriteAllText(mark, other);
        }

        Should.Throw<IOException>(() => _root.Scanner.Scan()).Message.ShouldContain("is a mount missing?");

        File.WriteAllText(mark, own);
        _root.Scanner.Scan();
    }
}
