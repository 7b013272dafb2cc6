using System.Text.Json;
using System.Text.Json.Serialization;
using Sentinel.Core;

namespace Sentinel.Worker.Backup;

/// <summary>What a backup holds; <c>backup.json</c>, written last, so that a folder without it is no backup.</summary>
internal sealed record BackupManifest
{
    public const string FileName = "backup.json";
    public const string Ledger = "sentinel.db";
    public const string Models = "models";
    public const string Configuration = "appsettings.json";
    public const string CurrentSchema = "sentinel.backup/1";

    public string Schema { get; init; } = CurrentSchema;

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Version of Sentinel that made it.</summary>
    public required string MadeBy { get; init; }

    /// <summary>SHA-256 of every other file, by its path in the backup, as lower-case hex.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <exception cref="BackupUnusableException">There is none, or it is of another make.</exception>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            var json = File.ReadAllBytes(path);
            // First what every form says of itself: the rest of a newer one may look any way, and would pass for damage.
            var make = JsonSerializer.Deserialize(json, BackupJson.Default.BackupMake);
            if (make?.Schema != CurrentSchema)
            {
                throw new BackupUnusableException(FormNumber.IsNewer(make?.Schema, CurrentSchema)
                    ? $"The backup in '{folder}' is of a newer form ({make!.Schema}) than this Sentinel reads. Restore it with Sentinel {make.MadeBy?.Split('+')[0]} or later."
                    : $"'{path}' is of make '{make?.Schema}'; this Sentinel reads '{CurrentSchema}'.");
            }

            return JsonSerializer.Deserialize(json, BackupJson.Default.BackupManifest)!;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BackupUnusableException($"There is no complete backup in '{folder}': {FileName} is missing.");
        }
        catch (JsonException fault)
        {
            throw new BackupUnusableException($"'{path}' is damaged: {fault.Message}");
        }
    }

    public void Write(string folder) =>
        File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest));
}

/// <summary>Form and maker of a backup.</summary>
internal sealed record BackupMake(string? Schema, string? MadeBy);

/// <summary>A backup is missing, damaged or of another make.</summary>
public sealed class BackupUnusableException(string message) : Exception(message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(BackupMake))]
internal sealed partial class BackupJson : JsonSerializerContext;
