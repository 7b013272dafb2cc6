using System.Globalization;
using System.Text.Json;

namespace Sentinel.Core.Models;

/// <summary>
/// The models of all products: <c>&lt;folder&gt;/&lt;product&gt;/&lt;version&gt;/</c>, immutable once published, and <c>champion.json</c> per
/// product, which names the version in use. Publishing is one rename of that file, so readers see the old champion or the new one.
/// </summary>
public sealed class ModelRegistry(string folder)
{
    private const string ChampionFile = "champion.json";
    private const string StagingPrefix = ".staging-";

    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Products that have a champion.</summary>
    public IReadOnlyList<string> Products =>
        Directory.Exists(Folder)
            ? [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)).Where(name => ProductName.IsValid(name) && ChampionOf(name) is not null).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>The version in use, or null when the product has no model yet.</summary>
    /// <exception cref="ModelUnusableException">The file that names it is damaged.</exception>
    public string? ChampionOf(string product)
    {
        var path = Path.Combine(Folder, Checked(product), ChampionFile);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ModelJson.Default.Champion)?.Version;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException fault)
        {
            throw new ModelUnusableException($"'{path}' is damaged ({fault.Message}); train again, or name a version in it.", fault);
        }
    }

    public string FolderOf(string product, string version) => Path.Combine(Folder, Checked(product), version);

    /// <summary>The manifest of a version.</summary>
    /// <exception cref="ModelUnusableException">Missing, damaged or of another make.</exception>
    public ModelManifest Read(string product, string version) => VersionFolder.ReadManifest(FolderOf(product, version));

    /// <summary>Every stored version, oldest first.</summary>
    public IReadOnlyList<string> VersionsOf(string product)
    {
        var productFolder = Path.Combine(Folder, Checked(product));
        return Directory.Exists(productFolder)
            ? [.. Directory.EnumerateDirectories(productFolder).Select(path => Path.GetFileName(path)).Where(name => NumberOf(name) > 0).OrderBy(NumberOf)]
            : [];
    }

    /// <summary>An empty folder to build a version in. Folders of trainers that are no longer alive are cleared away.</summary>
    internal string Stage(string product)
    {
        var productFolder = Path.Combine(Folder, Checked(product));
        Directory.CreateDirectory(productFolder);
        foreach (var left in Directory.EnumerateDirectories(productFolder, StagingPrefix + "*"))
        {
            var owner = int.TryParse(Path.GetFileName(left)[StagingPrefix.Length..], CultureInfo.InvariantCulture, out var id) ? id : 0;
            if (owner == Environment.ProcessId || !Directory.Exists($"/proc/{owner}"))
            {
                Directory.Delete(left, recursive: true);
            }
        }

        return Directory.CreateDirectory(Path.Combine(productFolder, StagingPrefix + Environment.ProcessId)).FullName;
    }

    /// <summary>Gives a sealed staging folder its number and makes it the champion.</summary>
    internal void Publish(string product, string version, string staging)
    {
        Directory.Move(staging, FolderOf(product, version));
        MakeChampion(product, version);
    }

    internal string NextVersion(string product) =>
        (VersionsOf(product).Select(NumberOf).DefaultIfEmpty(0).Max() + 1).ToString(CultureInfo.InvariantCulture);

    private void MakeChampion(string product, string version)
    {
        var path = Path.Combine(Folder, product, ChampionFile);
        var unfinished = $"{path}.{Environment.ProcessId}.tmp";
        using (var file = File.Create(unfinished))
        {
            JsonSerializer.Serialize(file, new Champion(version, DateTimeOffset.UtcNow), ModelJson.Default.Champion);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    private static int NumberOf(string version) => int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Checked(string product) =>
        ProductName.IsValid(product) ? product : throw new ArgumentException($"'{product}' is no product name: {ProductName.Rule}.", nameof(product));
}

/// <summary>Which version is in use, and since when.</summary>
internal sealed record Champion(string Version, DateTimeOffset PublishedAt);
