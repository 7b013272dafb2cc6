namespace Sentinel.Worker;

/// <summary>One host per data root: two would claim each other's files. The lock goes with the process, also when it is killed.</summary>
internal sealed class DataRootLock : IDisposable
{
    /// <summary>errno of a lock that somebody else holds; every other fault is the disk's.</summary>
    private const int WouldBlock = 11;

    private readonly FileStream _file;

    private DataRootLock(FileStream file) => _file = file;

    /// <exception cref="DataRootInUseException">Another host holds it.</exception>
    public static DataRootLock Take(DataFolders folders)
    {
        Directory.CreateDirectory(folders.Root);
        var path = Path.Combine(folders.Root, ".lock");
        try
        {
            return new DataRootLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault) when (fault.HResult == WouldBlock)
        {
            throw new DataRootInUseException(
                $"Another Sentinel already runs on {folders.Root}. Stop it, or give this one a folder of its own with --data DIR.", fault);
        }
    }

    /// <summary>True when a host works on this data root now. It looks for an instant only, so that a host that starts is not in its way.</summary>
    /// <exception cref="IOException">The disk cannot tell.</exception>
    public static bool IsHeld(DataFolders folders)
    {
        var path = Path.Combine(folders.Root, ".lock");
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite).Dispose();
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException fault) when (fault.HResult == WouldBlock)
        {
            return true;
        }
    }

    public void Dispose() => _file.Dispose();
}

/// <summary>Another host works on the same data root.</summary>
public sealed class DataRootInUseException(string message, Exception inner) : Exception(message, inner);
