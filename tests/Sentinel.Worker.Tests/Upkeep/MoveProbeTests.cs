using Sentinel.Worker.Inbox;
using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Upkeep;

namespace Sentinel.Worker.Tests.Upkeep;

public sealed class MoveProbeTests : IDisposable
{
    private const string Memory = "/dev/shm";

    private readonly DataRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Folders_on_one_file_system_pass_and_nothing_is_left_in_them()
    {
        MoveProbe.Try(_root.Folders).ShouldBeNull();

        _root.Files().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(".work")]
    [InlineData("archive")]
    [InlineData("failed")]
    public void A_folder_on_another_file_system_is_named(string folder)
    {
        using var other = OtherFileSystem.Below(_root, folder);

        var problem = MoveProbe.Try(_root.Folders).ShouldNotBeNull();

        problem.Folder.ShouldBe(Path.Combine(_root.Folders.Root, folder));
        problem.Message.ShouldContain("must share one");
        problem.Fix.ShouldStartWith("df ");
        _root.Files().ShouldBeEmpty();
        Directory.GetFileSystemEntries(other.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_host_refuses_to_start_on_two_file_systems_in_one_clear_line()
    {
        using var other = OtherFileSystem.Below(_root, "archive");

        using var sentinel = new SentinelProcess(
            "run", "--data", _root.Folders.Root, "--set", $"Http:Urls=http://127.0.0.1:{FreePort.Next()}");

        (await sentinel.EndAsync()).ShouldBe(1);
        sentinel.Errors.Split('\n').Length.ShouldBe(1);
        sentinel.Errors.ShouldStartWith($"'{_root.Folders.Archive}' is not on the file system of ");
    }

    /// <summary>A folder in memory, with a link to it where one of Sentinel's folders was.</summary>
    private sealed class OtherFileSystem : IDisposable
    {
        private OtherFileSystem(string path) => Path = path;

        public string Path { get; }

        public static OtherFileSystem Below(DataRoot root, string folder)
        {
            Assert.SkipUnless(
                Directory.Exists(Memory) && UnixFile.StatTarget(Memory)!.Value.Device != UnixFile.StatTarget(root.Folders.Root)!.Value.Device,
                "There is no second file system here.");
            var other = Directory.CreateDirectory(System.IO.Path.Combine(Memory, $"sentinel-{Guid.NewGuid():N}")).FullName;
            var link = System.IO.Path.Combine(root.Folders.Root, folder);
            Directory.Delete(link);
            Directory.CreateSymbolicLink(link, other);
            return new OtherFileSystem(other);
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
