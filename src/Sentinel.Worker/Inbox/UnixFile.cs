using System.Runtime.InteropServices;
using System.Text;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// What .NET does not offer of Linux's file system: what kind of file something is and when it last changed, without following links or
/// opening it, and a rename that neither overwrites nor copies.
/// </summary>
internal static class UnixFile
{
    private const int CurrentFolder = -100, DoNotFollow = 0x100, BasicStats = 0x7FF, NoReplace = 1, CanRead = 4, CanWrite = 2, CanEnter = 1;
    private const int ReadableForAll = 0x124; // r--r--r--
    private const int NotPermitted = 1, NoSuchEntry = 2, InputOutput = 5, NoAccess = 13;
    private const int Exists = 17, OtherDevice = 18, NotAFolder = 20, Invalid = 22, NameTooLong = 36;

    /// <summary>The file as it is now, or null when nothing is there.</summary>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be entered.</exception>
    /// <exception cref="IOException">Any other fault; its HResult is the errno.</exception>
    public static FileStamp? Stat(string path) => Stat(path, DoNotFollow);

    /// <inheritdoc cref="Stat(string)"/>
    public static FileStamp? StatTarget(string path) => Stat(path, 0);

    /// <summary>Moves a file by one rename. Never overwrites, never copies.</summary>
    /// <returns>False when something is at the target already.</returns>
    /// <exception cref="FileNotFoundException">The file, or the target's folder, is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be changed.</exception>
    /// <exception cref="IOException">Any other fault, two file systems among them; its HResult is the errno.</exception>
    public static bool TryMove(string from, string to)
    {
        if (renameat2(CurrentFolder, Bytes(from), CurrentFolder, Bytes(to), NoReplace) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        if (error == Invalid && Stat(from) is not null)
        {
            // Some network file systems cannot rename without replacing: look first. Only Sentinel writes where it moves files to.
            if (Stat(to) is not null)
            {
                return false;
            }

            error = rename(Bytes(from), Bytes(to)) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }

        return error switch
        {
            0 => true,
            Exists => false,
            _ => throw Fault(error, from, to),
        };
    }

    /// <summary>True when this process may read the file.</summary>
    public static bool IsReadable(string path) => Allows(path, CanRead);

    /// <summary>True when this process may take files out of the folder and put some into it.</summary>
    public static bool IsWritableFolder(string path) => Allows(path, CanWrite | CanEnter);

    // Faults other than missing rights are met, and reported, by whoever uses the file next.
    private static bool Allows(string path, int mode) => access(Bytes(path), mode) == 0 || Marshal.GetLastPInvokeError() != NoAccess;

    private static FileStamp? Stat(string path, int flags)
    {
        if (statx(CurrentFolder, Bytes(path), flags, BasicStats, out var stat) == 0)
        {
            return new FileStamp(
                (FileKind)(stat.Mode & 0xF000), (long)stat.Size, Time(stat.Modified), Time(stat.Changed),
                ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor, stat.Inode)
            {
                IsReadableForAll = (stat.Mode & ReadableForAll) == ReadableForAll,
            };
        }

        var error = Marshal.GetLastPInvokeError();
        // A name longer than any file can have is the name of none.
        return error is NoSuchEntry or NotAFolder or NameTooLong ? null : throw Fault(error, path, null);
    }

    private static Exception Fault(int error, string path, string? target)
    {
        var what = target is null ? $"'{path}'" : $"'{path}' -> '{target}'";
        var message = $"{Marshal.GetPInvokeErrorMessage(error)}: {what}";
        return error switch
        {
            NoSuchEntry => new FileNotFoundException(message, path),
            NoAccess or NotPermitted => new UnauthorizedAccessException(message),
            OtherDevice => new IOException($"{message}. The inbox, .work, archive and failed folders must be on one file system.", error),
            _ => new IOException(message, error == 0 ? InputOutput : error),
        };
    }

    private static DateTimeOffset Time(Timestamp time) =>
        DateTimeOffset.UnixEpoch.AddTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / 100));

    private static byte[] Bytes(string path)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, bytes);
        return bytes;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int folder, byte[] path, int flags, uint mask, out StatX stat);

    [DllImport("libc", SetLastError = true)]
    private static extern int renameat2(int fromFolder, byte[] from, int toFolder, byte[] to, uint flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int rename(byte[] from, byte[] to);

    [DllImport("libc", SetLastError = true)]
    private static extern int access(byte[] path, int mode);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timestamp
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;
    }

    /// <summary>struct statx of linux/stat.h, the same on every architecture.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct StatX
    {
        public uint Mask, BlockSize;
        public ulong Attributes;
        public uint Links, User, Group;
        public ushort Mode, Spare;
        public ulong Inode, Size, Blocks, AttributesMask;
        public Timestamp Accessed, Born, Changed, Modified;
        public uint SpecialMajor, SpecialMinor, DeviceMajor, DeviceMinor;
    }
}

/// <summary>The kind of a directory entry: the type bits of its mode.</summary>
internal enum FileKind
{
    Regular = 0x8000,
    Folder = 0x4000,
    Link = 0xA000,
    Pipe = 0x1000,
    Socket = 0xC000,
    CharacterDevice = 0x2000,
    BlockDevice = 0x6000,
}

/// <summary>What tells one state of a file from the next.</summary>
/// <param name="Kind">Its kind; links are not followed.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="ModifiedAt">Time of the last write, which its writer may set as it likes.</param>
/// <param name="ChangedAt">Time of the last write, rename or change of rights, which only the kernel sets: when it arrived.</param>
/// <param name="Device">The file system it lies on.</param>
/// <param name="Inode">Its number there.</param>
internal readonly record struct FileStamp(FileKind Kind, long Bytes, DateTimeOffset ModifiedAt, DateTimeOffset ChangedAt, ulong Device, ulong Inode)
{
    /// <summary>True when its mode lets everybody read it; when not, only a look tells.</summary>
    public bool IsReadableForAll { get; init; }

    /// <summary>Time of the last write; a clock that runs ahead of ours is not believed, or a file would wait for ever.</summary>
    public DateTimeOffset LastWrite(DateTimeOffset now) => ModifiedAt <= now ? ModifiedAt : ChangedAt;

    /// <summary>True when nobody wrote to it in between.</summary>
    public bool HasContentOf(FileStamp other) => Bytes == other.Bytes && ModifiedAt == other.ModifiedAt;

    /// <summary>True when it is also the same file, and not another one that took its place.</summary>
    public bool IsUntouchedSince(FileStamp other) => Inode == other.Inode && HasContentOf(other);
}
