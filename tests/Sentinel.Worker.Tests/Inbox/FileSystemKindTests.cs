using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Tests.Inbox;

public sealed class FileSystemKindTests
{
    [Theory]
    [InlineData(0x6969, "nfs")]
    [InlineData(0xFE534D42, "smb")]
    [InlineData(unchecked((long)0xFFFFFFFFFE534D42), "smb")] // As kernels give it that keep it in a signed number.
    [InlineData(0x65735546, "fuse")]
    [InlineData(0xEF53, null)] // ext4
    [InlineData(0x01021994, null)] // tmpfs
    public void What_other_machines_may_change_is_told_from_what_only_this_one_does(long type, string? name) =>
        FileSystemKind.NetworkName(type).ShouldBe(name);

    [Fact]
    public void A_folder_is_asked_for_its_own_file_system()
    {
        FileSystemKind.NetworkName("/proc").ShouldBeNull();
        Should.Throw<IOException>(() => FileSystemKind.NetworkName("/nowhere"));
    }
}
