using System.Reflection;
using Dapper;
using DbUp;
using Microsoft.Data.Sqlite;

namespace Sentinel.Worker.Ledger;

/// <summary>The SQLite file behind the ledger: its schema, its connections, and which of its errors are the environment's.</summary>
internal sealed class LedgerDatabase
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10, Full = 13, CannotOpen = 14;

    private readonly string _file;
    private readonly string _connection;
    private readonly string _existing;
    private readonly Lock _upgrading = new();
    private bool _isUpgraded;

    /// <param name="file">The database file; made, with its schema, at the first use.</param>
    /// <param name="patience">How long to wait for a lock that another process holds.</param>
    public LedgerDatabase(string file, TimeSpan patience)
    {
        _file = file;
        var connection = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = Math.Max(1, (int)patience.TotalSeconds) };
        _connection = connection.ToString();

        // Once it is there, a ledger that is missing is out of reach (a share is gone), and an empty one in its place would be a lie.
        connection.Mode = SqliteOpenMode.ReadWrite;
        _existing = connection.ToString();
    }

    /// <summary>Does the work in one transaction: all of it or nothing.</summary>
    /// <param name="work">What to do; it gets the connection and its transaction.</param>
    /// <param name="durable">True to have it on the disk before this returns (a power cut cannot undo it); false where a crash of
    /// this process is all that it must survive.</param>
    /// <exception cref="LedgerUnavailableException">Locked, disk full, read only or out of reach.</exception>
    /// <exception cref="LedgerTooNewException">A newer Sentinel has worked with it.</exception>
    public T Write<T>(Func<SqliteConnection, SqliteTransaction, T> work, bool durable = false) => Guarded(() =>
    {
        using var connection = Open(durable);
        using var transaction = connection.BeginTransaction();
        var result = work(connection, transaction);
        transaction.Commit();
        return result;
    });

    /// <inheritdoc cref="Write{T}"/>
    public T Read<T>(Func<SqliteConnection, T> work) => Guarded(() =>
    {
        using var connection = Open(durable: false);
        return work(connection);
    });

    private SqliteConnection Open(bool durable)
    {
        UpgradeOnce();
        var connection = new SqliteConnection(_existing);
        connection.Open();
        connection.Execute($"PRAGMA synchronous = {(durable ? "FULL" : "NORMAL")}; PRAGMA foreign_keys = ON");
        return connection;
    }

    /// <summary>Tried again at every use until it worked: a full disk at start is no reason to give up. Never by two at once.</summary>
    private void UpgradeOnce()
    {
        lock (_upgrading)
        {
            if (!_isUpgraded)
            {
                Upgrade();
                _isUpgraded = true;
            }
        }
    }

    private void Upgrade()
    {
        LedgerFormat.ThrowIfNewer(_file);
        using (var connection = new SqliteConnection(_connection))
        {
            connection.Open();
            connection.Execute("PRAGMA journal_mode = WAL");
        }

        var upgrade = DeployChanges.To.SqliteDatabase(_connection)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), LedgerFormat.IsStep)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!upgrade.Successful)
        {
            throw upgrade.Error;
        }
    }

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is Busy or Locked or ReadOnly or InputOutput or Full or CannotOpen)
        {
            throw new LedgerUnavailableException($"The ledger cannot be used: {fault.Message}", fault);
        }
    }
}
