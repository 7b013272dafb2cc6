using System.Runtime.InteropServices;
using System.Text;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// Whether a folder lies on a file system that other machines may change without this kernel noticing, so that there are no events.
/// </summary>
internal static class FileSystemKind
{
    /// <summary>The file system's name when it is such a one: <c>nfs</c>, <c>smb</c>, <c>fuse</c> ...; null for all others.</summary>
    /// <exception cref="IOException">The folder is not there or cannot be asked.</exception>
    public static string? NetworkName(string folder) => statfs(Bytes(folder), out var facts) == 0
        ? NetworkName(facts.Type)
        : throw new IOException($"{Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}: '{folder}'", Marshal.GetLastPInvokeError());

    /// <summary>The same by <c>f_type</c> of statfs(2); the numbers are those of linux/magic.h and of the file systems' own sources.</summary>
    internal static string? NetworkName(long type) => (type & 0xFFFFFFFF) switch
    {
        0x6969 => "nfs",
        0x517B or 0xFE534D42 or 0xFF534D42 => "smb",
        0x65735546 => "fuse",
        0x01021997 => "9p",
        0x00C36400 => "ceph",
        0x5346414F or 0x6B414653 => "afs",
        0x0BD00BD0 => "lustre",
        0x47504653 => "gpfs",
        0x786F4256 => "vboxsf",
        _ => null,
    };

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + '\0');

    [DllImport("libc", SetLastError = true)]
    private static extern int statfs(byte[] path, out StatFs facts);

    /// <summary>struct statfs of 64-bit Linux; only its first field is of interest.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct StatFs
    {
        public long Type;
    }
}
