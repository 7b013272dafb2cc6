using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// Whether a process has a file open for writing. The kernel refuses a read lease on such a file (F_SETLEASE of fcntl(2)); one that it
/// grants is given back at once. It is asked only about files of our own user or with CAP_LEASE, and not on network file systems: where
/// it cannot be asked, nobody is supposed to write.
/// </summary>
internal static partial class OpenWriter
{
    private const int NonBlocking = 0x800, DoNotFollow = 0x20000, CloseOnExec = 0x80000;
    private const int SetLease = 1024, SetSignal = 10, ReadLease = 0, NoLease = 2, TryAgain = 11;

    // A lease that is broken before it is given back sends a signal, by default one that ends the process. This one is ignored.
    private const int UrgentSignal = 23;

    public static bool HasOpen(string path)
    {
        using var file = new SafeFileHandle(open(path, NonBlocking | DoNotFollow | CloseOnExec), ownsHandle: true);
        if (file.IsInvalid || FileSystemKind.NetworkName(Path.GetDirectoryName(path)!) is not null || fcntl(file, SetSignal, UrgentSignal) != 0)
        {
            return false;
        }

        if (fcntl(file, SetLease, ReadLease) != 0)
        {
            return Marshal.GetLastPInvokeError() == TryAgain;
        }

        _ = fcntl(file, SetLease, NoLease);
        return false;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle file, int command, int argument);
}
