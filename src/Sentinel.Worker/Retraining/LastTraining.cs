using System.Text.Json;
using Sentinel.Core.Models;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Retraining;

/// <summary>
/// How the last training of a product ended: <c>last-training.json</c> beside its versions. It tells over restarts whether another one can be any
/// better, and whether one was missed.
/// </summary>
internal sealed record LastTraining
{
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>One of <see cref="TrainingOutcomes"/>.</summary>
    public required string Outcome { get; init; }

    public string? Error { get; init; }

    /// <summary>When a scheduled training was left out since, which also is an end.</summary>
    public DateTimeOffset? SkippedAt { get; init; }

    /// <summary>The version that it made.</summary>
    public string? Version { get; init; }

    /// <summary>Images in the folder.</summary>
    public int Images { get; init; }

    /// <summary>Fingerprint of the folder.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The note of the last training, or null when there is none or it cannot be read: then training once too often is right.</summary>
    public static LastTraining? Read(ModelRegistry registry, string product)
    {
        var path = PathOf(registry, product);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<LastTraining>(File.ReadAllText(path), JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(ModelRegistry registry, string product) => AtomicFile.Write(
        PathOf(registry, product), $"last-training.{Environment.ProcessId}", JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web));

    private static string PathOf(ModelRegistry registry, string product) => Path.Combine(registry.FolderOf(product), "last-training.json");
}
