namespace Sentinel.Worker.Tests;

public sealed class MissingMountTests
{
    private static readonly string[] _fstab =
    [
        "# <file system> <mount point> <type> <options>", "", "UUID=1 / ext4 errors=remount-ro 0 1", "UUID=2 none swap sw 0 0",
        "//nas/line /srv/line cifs credentials=/etc/nas 0 0", "nas:/two\thot /srv/line\\040two nfs defaults 0 0", "/dev/sr0 /media auto noauto 0 0",
    ];

    [Theory]
    [InlineData("/srv/line", "/srv/line")]
    [InlineData("/srv/line/data", "/srv/line")]
    [InlineData("/srv/liner/data", null)]
    [InlineData("/srv", null)]
    [InlineData("/var/lib/sentinel", null)]
    [InlineData("/media/data", null)]
    public void A_data_root_on_a_mount_that_is_missing_is_told_from_others(string root, string? place) =>
        MissingMount.Above(root, _fstab, ["21 1 8:1 / / rw - ext4 /dev/sda1 rw"]).ShouldBe(place);

    [Fact]
    public void A_mount_that_is_there_is_not_missing() => MissingMount.Above(
        "/srv/line two/data", ["nas:/two /srv/line\\040two nfs defaults 0 0"], ["21 1 8:1 / / rw - ext4 /dev/sda1 rw", "30 21 0:45 / /srv/line\\040two rw - nfs nas:/two rw"])
        .ShouldBeNull();
}
