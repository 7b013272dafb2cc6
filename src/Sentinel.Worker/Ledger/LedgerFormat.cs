using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sentinel.Worker.Ledger;

/// <summary>The steps that brought a ledger to its present form, each a script of this assembly; a ledger remembers which it has had.</summary>
internal static class LedgerFormat
{
    private const string Folder = ".Ledger.Migrations.";

    /// <summary>Whether a resource of this assembly is such a step.</summary>
    public static bool IsStep(string resource) => resource.Contains(Folder, StringComparison.Ordinal);

    /// <summary>Refuses a ledger that has had steps which this Sentinel does not know: it would not keep what they promise.</summary>
    /// <exception cref="LedgerTooNewException">A newer Sentinel has worked with it.</exception>
    public static void ThrowIfNewer(string file)
    {
        if (!File.Exists(file))
        {
            return;
        }

        var known = Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(IsStep).ToHashSet(StringComparer.Ordinal);
        if (Steps(file).Where(step => !known.Contains(step)).Order(StringComparer.Ordinal).LastOrDefault() is { } unknown)
        {
            var name = Path.GetFileNameWithoutExtension(unknown[(unknown.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..]);
            throw new LedgerTooNewException(
                $"'{file}' was brought to the form '{name}' by a newer Sentinel than this one. Install that version again, or restore a backup made before.");
        }
    }

    private static List<string> Steps(string file)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        return connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'SchemaVersions')")
            ? connection.Query<string>("SELECT ScriptName FROM SchemaVersions").ToList()
            : [];
    }
}

/// <summary>The ledger is of a form that only a newer Sentinel knows.</summary>
public sealed class LedgerTooNewException(string message) : Exception(message);
