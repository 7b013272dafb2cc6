using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// One file, held on to without opening it and without following a link: whatever happens to its name meanwhile, <see cref="Path"/> leads
/// to this file and to no other (O_PATH of open(2)).
/// </summary>
internal sealed partial class PinnedFile : IDisposable
{
    private const int PathOnly = 0x200000, DoNotFollow = 0x20000, CloseOnExec = 0x80000;

    private readonly SafeFileHandle _handle;

    private PinnedFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>A name under which this process can open the file.</summary>
    public string Path => $"/proc/self/fd/{_handle.DangerousGetHandle()}";

    /// <summary>False for links, pipes, devices and folders.</summary>
    public bool IsRegular => UnixFile.StatTarget(Path) is { Kind: FileKind.Regular };

    /// <exception cref="IOException">The file cannot be had; most often it is gone.</exception>
    public static PinnedFile Open(string path)
    {
        var handle = open(path, PathOnly | DoNotFollow | CloseOnExec);
        return handle >= 0
            ? new PinnedFile(new SafeFileHandle(handle, ownsHandle: true))
            : throw new IOException($"{Marshal.GetLastPInvokeErrorMessage()}: '{path}'", Marshal.GetLastPInvokeError());
    }

    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
}
