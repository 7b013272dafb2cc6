using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Detection.Weights;

namespace Sentinel.Core.Models;

/// <summary>What a model's weights were made for.</summary>
public sealed record Architecture
{
    public const string Current = "denoising-autoencoder/7";

    public string Name { get; init; } = Current;

    /// <summary>SHA-256 of the general encoder's weights that the model was calibrated with.</summary>
    public string Encoder { get; init; } = ShippedWeights.Encoder.Sha256;

    /// <summary>Feature channels of the autoencoder at half size.</summary>
    public int Width { get; init; } = 32;
}
