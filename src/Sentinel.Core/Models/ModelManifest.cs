using Sentinel.Core.Imaging;

namespace Sentinel.Core.Models;

/// <summary>What a model is and where it comes from; <c>manifest.json</c> beside its weights.</summary>
public sealed record ModelManifest
{
    public required string Product { get; init; }

    /// <summary>Number of this model among the product's, from "1".</summary>
    public required string Version { get; init; }

    public required DateTimeOffset TrainedAt { get; init; }

    public required Standardisation Standardisation { get; init; }
}
