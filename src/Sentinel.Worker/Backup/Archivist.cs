using System.Globalization;
using System.Reflection;
using Sentinel.Core;
using Sentinel.Worker.Configuration;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Backup;

/// <summary>
/// Makes a backup of what cannot be had again: the ledger at one instant, the models, the configuration without secrets. A host may work on
/// meanwhile. Images are files like any other, and are left to the tools that copy files.
/// </summary>
internal sealed class Archivist(DataFolders folders, TimeProvider time)
{
    private static string OwnVersion => typeof(Archivist).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Makes a new folder below <paramref name="target"/>; it has its name once it is complete.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="DirectoryNotFoundException">The data root has no ledger.</exception>
    public string BackUp(string target)
    {
        if (!File.Exists(folders.Ledger))
        {
            throw new DirectoryNotFoundException($"There is nothing to back up: '{folders.Root}' has no ledger. Name the data root with --data DIR.");
        }

        var now = time.GetUtcNow();
        var name = $"sentinel-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        var (complete, unfinished) = (Path.Combine(target, name), Path.Combine(target, $".{name}.unfinished"));
        Directory.CreateDirectory(unfinished);
        try
        {
            new BackupManifest { MadeAt = now, MadeBy = OwnVersion, Files = CopyAll(unfinished) }.Write(unfinished);
            Directory.Move(unfinished, complete);
            return complete;
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    private SortedDictionary<string, string> CopyAll(string backup)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var ledger = Path.Combine(backup, BackupManifest.Ledger);
        LedgerCopy.Make(folders.Ledger, ledger);
        files[BackupManifest.Ledger] = ContentHash.Of(ledger);
        if (File.Exists(SentinelConfiguration.FilePath))
        {
            files[BackupManifest.Configuration] = CopiedFile.Copy(SentinelConfiguration.FilePath, Path.Combine(backup, BackupManifest.Configuration));
        }

        foreach (var product in Directory.Exists(folders.Models) ? Directory.EnumerateDirectories(folders.Models) : [])
        {
            CopyModels(product, backup, files);
        }

        return files;
    }

    /// <summary>First what names a version, then the versions: what is named is there, whatever is published or pruned meanwhile.</summary>
    private void CopyModels(string product, string backup, SortedDictionary<string, string> files)
    {
        foreach (var path in Directory.EnumerateFiles(product).Where(IsFinished))
        {
            Copy(path);
        }

        foreach (var version in Directory.EnumerateDirectories(product).Where(IsFinished))
        {
            try
            {
                foreach (var path in Directory.EnumerateFiles(version, "*", SearchOption.AllDirectories))
                {
                    Copy(path);
                }
            }
            catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException && !Directory.Exists(version))
            {
                Forget(Path.GetRelativePath(folders.Root, version)); // Pruned while it was copied.
            }
        }

        void Copy(string path)
        {
            var relative = Path.GetRelativePath(folders.Root, path);
            files[relative] = CopiedFile.Copy(path, Path.Combine(backup, relative));
        }

        void Forget(string version)
        {
            foreach (var file in files.Keys.Where(file => file.StartsWith(version + "/", StringComparison.Ordinal)).ToList())
            {
                files.Remove(file);
            }

            if (Path.Combine(backup, version) is var copy && Directory.Exists(copy))
            {
                Directory.Delete(copy, recursive: true);
            }
        }
    }

    private static bool IsFinished(string path) => Path.GetFileName(path) is var name && name[0] != '.' && !name.EndsWith(".tmp", StringComparison.Ordinal);
}
