using System.Globalization;
using Sentinel.Core;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Backup;

/// <summary>
/// Puts a backup in the place of a ledger and models. Everything is checked and copied first; what was there is moved aside and stays.
/// </summary>
internal sealed class Restoration(DataFolders folders, TimeProvider time)
{
    /// <param name="backup">A folder that <see cref="Archivist"/> made.</param>
    /// <param name="replace">Whether a ledger or models that are there may be moved aside.</param>
    /// <returns>Where what was there lies now, or null when nothing was.</returns>
    /// <exception cref="BackupUnusableException">It is no backup, or not the one that was made.</exception>
    /// <exception cref="LedgerTooNewException">A newer Sentinel made it.</exception>
    /// <exception cref="IOException">There is a ledger or a model, and it may not be replaced.</exception>
    public string? Restore(string backup, bool replace)
    {
        var manifest = BackupManifest.Read(backup);
        Check(backup, manifest);
        LedgerFormat.ThrowIfNewer(Path.Combine(backup, BackupManifest.Ledger));
        var present = Present().ToList();
        if (present.Count > 0 && !replace)
        {
            throw new IOException($"'{folders.Root}' has a ledger or models already. With --replace they are moved aside and kept.");
        }

        var stamp = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var staged = Path.Combine(folders.Root, $".restore-{stamp}");
        Directory.CreateDirectory(Path.Combine(staged, BackupManifest.Models));
        foreach (var file in manifest.Files.Keys.Where(file => file != BackupManifest.Configuration))
        {
            CopiedFile.Copy(Path.Combine(backup, file), Path.Combine(staged, file));
        }

        var aside = present.Count > 0 ? Path.Combine(folders.Root, $"before-restore-{stamp}") : null;
        if (aside is not null)
        {
            Directory.CreateDirectory(aside);
            present.ForEach(path => Directory.Move(path, Path.Combine(aside, Path.GetFileName(path))));
        }

        if (Directory.Exists(folders.Models))
        {
            Directory.Delete(folders.Models); // An empty one; what was in it is aside.
        }

        Directory.Move(Path.Combine(staged, BackupManifest.Models), folders.Models);
        File.Move(Path.Combine(staged, BackupManifest.Ledger), folders.Ledger);
        Directory.Delete(staged, recursive: true);
        return aside;
    }

    private static void Check(string backup, BackupManifest manifest)
    {
        foreach (var (file, hash) in manifest.Files)
        {
            var path = Path.GetFullPath(Path.Combine(backup, file));
            if (!path.StartsWith(Path.GetFullPath(backup) + "/", StringComparison.Ordinal))
            {
                throw new BackupUnusableException($"The backup names '{file}', which is outside of it.");
            }

            if (!File.Exists(path) || ContentHash.Of(path) != hash)
            {
                throw new BackupUnusableException($"The backup is damaged: '{path}' is missing or not the file that was backed up.");
            }
        }

        if (!manifest.Files.ContainsKey(BackupManifest.Ledger))
        {
            throw new BackupUnusableException($"The backup in '{backup}' has no ledger.");
        }
    }

    /// <summary>The ledger with what SQLite keeps beside it, and models if there are any.</summary>
    private IEnumerable<string> Present() =>
        new[] { folders.Ledger, folders.Ledger + "-wal", folders.Ledger + "-shm" }.Where(File.Exists)
            .Concat(Directory.Exists(folders.Models) && Directory.EnumerateFileSystemEntries(folders.Models).Any() ? [folders.Models] : []);
}
