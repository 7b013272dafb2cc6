namespace Sentinel.Worker.Telemetry;

/// <summary>
/// Whether standard output goes to the journal. systemd tells so by the device and inode of the socket in <c>JOURNAL_STREAM</c>, which children
/// inherit whose output goes elsewhere. The parent's name, which .NET goes by, is hidden from a service with <c>ProtectProc=invisible</c>.
/// </summary>
internal static class JournalStream
{
    public static bool IsStandardOutput => Is(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), new FileInfo("/proc/self/fd/1").LinkTarget);

    /// <param name="stream">Device and inode, like <c>9:4711</c>.</param>
    /// <param name="output">What the descriptor is, like <c>socket:[4711]</c>. All sockets are on one device.</param>
    public static bool Is(string? stream, string? output) =>
        stream?.Split(':') is [_, { Length: > 0 } inode] && output == $"socket:[{inode}]";
}
