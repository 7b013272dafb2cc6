using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Sentinel.Worker.Inbox;

/// <summary>Something that happened in a watched folder, or to it.</summary>
/// <param name="Watch">The watch it belongs to; -1 for <see cref="InotifyEvents.Overflow"/>.</param>
/// <param name="Events">What happened.</param>
/// <param name="Name">The entry's name in the folder; empty when the folder itself is meant.</param>
internal readonly record struct InotifyEvent(int Watch, InotifyEvents Events, string Name);

[Flags]
internal enum InotifyEvents : uint
{
    Written = 0x8,
    MovedHere = 0x80,
    Created = 0x100,
    FolderDeleted = 0x400,
    FolderMoved = 0x800,
    Unmounted = 0x2000,
    Overflow = 0x4000,
    WatchEnded = 0x8000,
}

/// <summary>
/// One inotify instance for any number of folders. <see cref="FileSystemWatcher"/> takes one each, of the 128 that a user has by default,
/// and can end in silence (dotnet/runtime#133420). Events come on a thread of its own, in order.
/// </summary>
internal sealed class Inotify : IDisposable
{
    private const int CloseOnExec = 0x80000, Interrupted = 4, HeaderBytes = 16;
    private const uint OnlyFolders = 0x01000000;
    private const InotifyEvents Wanted =
        InotifyEvents.Written | InotifyEvents.MovedHere | InotifyEvents.Created | InotifyEvents.FolderDeleted | InotifyEvents.FolderMoved;

    private readonly int _instance;
    private readonly int _stop;
    private readonly Action<InotifyEvent> _happened;
    private readonly Action<string> _failed;
    private int _disposed;

    /// <param name="happened">Called for each event.</param>
    /// <param name="failed">Called once when no more events can be read.</param>
    /// <exception cref="IOException">No more instances for this user.</exception>
    public Inotify(Action<InotifyEvent> happened, Action<string> failed)
    {
        (_happened, _failed) = (happened, failed);
        _instance = inotify_init1(CloseOnExec);
        if (_instance < 0)
        {
            throw Fault("An inotify instance cannot be made (fs.inotify.max_user_instances)");
        }

        _stop = eventfd(0, CloseOnExec);
        if (_stop < 0)
        {
            var fault = Fault("An event descriptor cannot be made");
            _ = close(_instance);
            throw fault;
        }

        new Thread(Listen) { IsBackground = true, Name = "inotify" }.Start();
    }

    /// <summary>Watches a folder. The same folder again, under whatever path, gives the same number.</summary>
    /// <exception cref="IOException">It is not there, may not be read, or is one too many (fs.inotify.max_user_watches).</exception>
    public int Add(string folder)
    {
        var watch = inotify_add_watch(_instance, Encoding.UTF8.GetBytes(folder + '\0'), (uint)Wanted | OnlyFolders);
        return watch >= 0 ? watch : throw Fault($"'{folder}' cannot be watched");
    }

    /// <summary>Ends a watch; one that has ended by itself is none to end.</summary>
    public void Remove(int watch) => _ = inotify_rm_watch(_instance, watch);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _ = write(_stop, BitConverter.GetBytes(1L), sizeof(long));
        }
    }

    private void Listen()
    {
        var buffer = new byte[64 << 10];
        while (WaitsFor(_instance))
        {
            var length = read(_instance, buffer, buffer.Length);
            if (length > 0)
            {
                Tell(buffer.AsSpan(0, (int)length));
            }
            else if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                _failed(Fault("Events cannot be read").Message);
                break;
            }
        }

        // Only here, and not before it was told to, so that nobody uses a number that belongs to another file by then.
        while (WaitsFor(-1))
        {
        }

        _ = close(_instance);
        _ = close(_stop);
    }

    /// <summary>Waits for events; false when it is to stop.</summary>
    private bool WaitsFor(int descriptor)
    {
        Poll[] polled = [new Poll { Descriptor = _stop, Wanted = 1 }, new Poll { Descriptor = descriptor, Wanted = 1 }];
        while (poll(polled, 2, -1) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Fault("Events cannot be waited for");
            }
        }

        return polled[0].Happened == 0;
    }

    private void Tell(ReadOnlySpan<byte> events)
    {
        while (events.Length >= HeaderBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            var name = events.Slice(HeaderBytes, length);
            var end = name.IndexOf((byte)0);
            _happened(new InotifyEvent(
                BinaryPrimitives.ReadInt32LittleEndian(events),
                (InotifyEvents)BinaryPrimitives.ReadUInt32LittleEndian(events[4..]),
                Encoding.UTF8.GetString(end < 0 ? name : name[..end])));
            events = events[(HeaderBytes + length)..];
        }
    }

    private static IOException Fault(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int inotify_init1(int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int inotify_add_watch(int instance, byte[] path, uint mask);

    [DllImport("libc", SetLastError = true)]
    private static extern int inotify_rm_watch(int instance, int watch);

    [DllImport("libc", SetLastError = true)]
    private static extern int eventfd(uint count, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int poll([In, Out] Poll[] polled, nuint count, int timeout);

    [DllImport("libc", SetLastError = true)]
    private static extern nint read(int descriptor, byte[] buffer, nint length);

    [DllImport("libc", SetLastError = true)]
    private static extern nint write(int descriptor, byte[] buffer, nint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }
}
