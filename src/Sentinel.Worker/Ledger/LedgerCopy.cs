using Dapper;
using Microsoft.Data.Sqlite;

namespace Sentinel.Worker.Ledger;

/// <summary>Copies a ledger, as it is at one instant, while a host works with it (SQLite's online backup).</summary>
internal static class LedgerCopy
{
    // The backup itself asks once for its lock, where commands try again by themselves.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <param name="from">The ledger; its form is left as it is.</param>
    /// <param name="to">A file that is not there yet.</param>
    /// <exception cref="IOException">The ledger cannot be read, or the copy is damaged.</exception>
    public static void Make(string from, string to)
    {
        try
        {
            using var source = Open(from, SqliteOpenMode.ReadWrite);
            using var target = Open(to, SqliteOpenMode.ReadWriteCreate);
            source.BackupDatabase(target);
            // One file instead of three: whoever restores it begins with it alone.
            target.Execute("PRAGMA journal_mode = DELETE");
            var health = target.ExecuteScalar<string>("PRAGMA integrity_check");
            if (health != "ok")
            {
                throw new IOException($"The ledger '{from}' is damaged: {health}");
            }
        }
        catch (SqliteException fault)
        {
            throw new IOException($"The ledger '{from}' cannot be copied: {fault.Message}", fault);
        }
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        connection.Execute($"PRAGMA busy_timeout = {_patience.TotalMilliseconds:0}");
        return connection;
    }
}
