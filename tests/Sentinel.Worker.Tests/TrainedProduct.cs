using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sentinel.Worker.Tests;

/// <summary>A data root whose product <c>tile</c> was trained by the real <c>sentinel train</c>, as shortly as it can be.</summary>
public sealed class TrainedProduct : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();

    internal TemporaryFolder Data => _data;

    /// <summary>What <c>train --json</c> wrote, line by line.</summary>
    internal IReadOnlyList<JsonElement> Lines { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Data.Images(30, "good", "tile");
        using var training = new SentinelProcess("train", "--product", "tile", "--data", Data.Path, "--budget", "00:00:06", "--json");
        (await training.EndAsync(seconds: 180)).ShouldBe(0, training.Errors);
        Lines = [.. training.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    public ValueTask DisposeAsync()
    {
        Data.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Puts version 1 under another number into another registry and names it champion.</summary>
    internal void PublishTo(TemporaryFolder other, string version)
    {
        var from = Data["models", "tile", "1"];
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = other["models", "tile", version, Path.GetRelativePath(from, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        var manifest = other["models", "tile", version, "manifest.json"];
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"version\": \"1\"", $"\"version\": \"{version}\"", StringComparison.Ordinal));
        NameChampion(other, version);
    }

    /// <summary>Makes a version one of an earlier Sentinel, whose manifests had schema 1. Its champion record must name no hash of the manifest.</summary>
    internal static void MakeSuspect(string versionFolder)
    {
        var manifest = Path.Combine(versionFolder, "manifest.json");
        var content = JsonNode.Parse(File.ReadAllText(manifest))!;
        content["schema"] = "sentinel.model/1";
        foreach (var later in new[] { "wrongInBfloat16", "precision", "skippedSteps", "machine" })
        {
            content["training"]!.AsObject().Remove(later).ShouldBeTrue(later);
        }

        File.WriteAllText(manifest, content.ToJsonString());
    }

    internal static void NameChampion(TemporaryFolder registry, string version) =>
        File.WriteAllText(registry["models", "tile", "champion.json"], $$"""{"version":"{{version}}","publishedAt":"2026-01-01T00:00:00Z"}""");
}

[CollectionDefinition(nameof(TrainedProduct))]
public sealed class TrainedProductCollection : ICollectionFixture<TrainedProduct>;
