namespace Sentinel.Worker.Tests;

public sealed class DataRootLockTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_second_host_on_the_same_root_is_told_so()
    {
        var folders = new DataFolders(_data.Path);
        using var first = DataRootLock.Take(folders);

        DataRootLock.IsHeld(folders).ShouldBeTrue();
        Should.Throw<DataRootInUseException>(() => DataRootLock.Take(folders));
    }

    [Fact]
    public void A_lock_that_the_disk_refuses_is_not_another_host()
    {
        File.CreateSymbolicLink(_data[".lock"], "/proc/self/exe"); // A running program cannot be written to.

        var fault = Should.Throw<Exception>(() => DataRootLock.Take(new DataFolders(_data.Path)));

        fault.ShouldNotBeOfType<DataRootInUseException>();
    }
}
