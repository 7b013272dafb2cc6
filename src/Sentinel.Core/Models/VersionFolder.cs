using System.Text.Json;

namespace Sentinel.Core.Models;

/// <summary>The files of one model version: <c>manifest.json</c>, <c>weights.dat</c>, <c>golden/</c>. Written once, then only read.</summary>
internal static class VersionFolder
{
    public const string Manifest = "manifest.json";
    public const string Weights = "weights.dat";
    public const string Golden = "golden";

    public static ModelManifest ReadManifest(string folder)
    {
        var path = Path.Combine(folder, Manifest);
        try
        {
            var json = File.ReadAllBytes(path);
            if (JsonSerializer.Deserialize(json, ModelJson.Default.ModelMake)?.Misfit is { } misfit)
            {
                throw new ModelUnusableException(misfit);
            }

            return JsonSerializer.Deserialize(json, ModelJson.Default.ModelManifest)
                ?? throw new ModelUnusableException($"'{path}' is empty; publish another version or train again.");
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelUnusableException($"There is no model in '{folder}': {Manifest} is missing.", fault);
        }
        catch (JsonException fault)
        {
            throw new ModelUnusableException($"'{path}' is damaged ({fault.Message}); publish another version or train again.", fault);
        }
    }

    /// <exception cref="ModelUnusableException">A file is missing or is not the one that was published.</exception>
    public static void CheckFiles(string folder, ModelManifest manifest)
    {
        if (manifest.WeightsHash is null || manifest.Golden.Count == 0)
        {
            throw new ModelUnusableException(
                $"The manifest of model '{manifest.Product}/{manifest.Version}' names no {(manifest.WeightsHash is null ? Weights : "golden images")}: nothing could be checked. Train again.");
        }

        foreach (var (name, expected) in manifest.Files)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                throw new ModelUnusableException($"Model '{manifest.Product}/{manifest.Version}' is incomplete: '{path}' is missing.");
            }

            if (ContentHash.Of(path) != expected)
            {
                throw new ModelUnusableException(
                    $"Model '{manifest.Product}/{manifest.Version}' is damaged: the SHA-256 of '{path}' is not the one in its manifest.");
            }
        }
    }

    /// <summary>Writes the manifest last, with the hashes of all that lies in the folder, and brings everything to the disk.</summary>
    public static ModelManifest Seal(string folder, ModelManifest manifest)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            Flush(path);
            hashes[Path.GetRelativePath(folder, path)] = ContentHash.Of(path);
        }

        var complete = manifest with { Files = hashes };
        var manifestPath = Path.Combine(folder, Manifest);
        File.WriteAllBytes(manifestPath, JsonSerializer.SerializeToUtf8Bytes(complete, ModelJson.Default.ModelManifest));
        Flush(manifestPath);
        return complete;
    }

    private static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }
}
