using System.Text.Json;
using Sentinel.Core.Models;

namespace Sentinel.Worker.Retraining;

/// <summary>
/// What a version learned from: <c>trained-on.json</c> beside the product's versions. It tells whether another training can be any better.
/// </summary>
internal sealed record TrainedOn(string Version, int Images, string Fingerprint)
{
    /// <summary>The note of the last training, or null when there is none or it cannot be read: then training once too often is right.</summary>
    public static TrainedOn? Read(ModelRegistry registry, string product)
    {
        var path = PathOf(registry, product);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<TrainedOn>(File.ReadAllText(path), JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(ModelRegistry registry, string product)
    {
        var path = PathOf(registry, product);
        File.WriteAllText(path + ".tmp", JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
        File.Move(path + ".tmp", path, overwrite: true);
    }

    private static string PathOf(ModelRegistry registry, string product) => Path.Combine(registry.Folder, product, "trained-on.json");
}
