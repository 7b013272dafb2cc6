using System.Text.Json;
using Sentinel.Core.Models;

namespace Sentinel.Worker.Retraining;

/// <summary>
/// A product whose trainings by schedule and by new images rest until they are resumed: <c>paused.json</c> beside its versions, so that it needs no
/// running host and outlives a restart. On demand it is trained all the same.
/// </summary>
internal sealed record TrainingPause(DateTimeOffset Since, string By)
{
    /// <summary>Null when the product is not paused. A file that cannot be read still pauses: somebody wanted it to.</summary>
    public static TrainingPause? Of(ModelRegistry registry, string product)
    {
        var path = PathOf(registry, product);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<TrainingPause>(File.ReadAllText(path), JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return new TrainingPause(File.GetLastWriteTimeUtc(path), "unknown");
        }
    }

    public void Write(ModelRegistry registry, string product) =>
        AtomicFile.Write(PathOf(registry, product), "paused", JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web));

    /// <returns>False when it was not paused.</returns>
    public static bool End(ModelRegistry registry, string product)
    {
        var wasPaused = File.Exists(PathOf(registry, product));
        File.Delete(PathOf(registry, product));
        return wasPaused;
    }

    private static string PathOf(ModelRegistry registry, string product) => Path.Combine(registry.FolderOf(product), "paused.json");
}
