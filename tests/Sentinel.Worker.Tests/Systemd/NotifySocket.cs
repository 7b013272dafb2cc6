using System.Net.Sockets;
using System.Text;

namespace Sentinel.Worker.Tests.Systemd;

/// <summary>The socket on which systemd listens to a service: one datagram, one message (sd_notify(3)).</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _heard = [];

    public NotifySocket()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
        new Thread(Listen) { IsBackground = true }.Start();
    }

    public string Path => _folder["notify"];

    /// <summary>Starts the real executable as systemd would: it is told the socket, its own process id and how often to report.</summary>
    public SentinelProcess Start(TimeSpan watchdog, params string[] arguments) => new(
        "/bin/sh",
        ["-c", "SYSTEMD_EXEC_PID=$$ WATCHDOG_PID=$$ exec \"$@\"", "sh", SentinelProcess.Executable, .. arguments],
        ("NOTIFY_SOCKET", Path),
        ("WATCHDOG_USEC", $"{watchdog.TotalMicroseconds:0}"));

    public int Count(string message)
    {
        lock (_heard)
        {
            return _heard.Count(line => line == message);
        }
    }

    public bool Heard(Func<string, bool> message)
    {
        lock (_heard)
        {
            return _heard.Any(message);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Dispose();
    }

    private void Listen()
    {
        var bytes = new byte[64 << 10];
        try
        {
            while (true)
            {
                var text = Encoding.UTF8.GetString(bytes, 0, _socket.Receive(bytes));
                lock (_heard)
                {
                    _heard.AddRange(text.Split('\n'));
                }
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
