using Sentinel.Core.Detection.Encoder;

namespace Sentinel.Core.Models;

/// <summary>What a model's weights were made for.</summary>
public sealed record Architecture
{
    public const string Current = "denoising-autoencoder/2";

    public string Name { get; init; } = Current;

    /// <summary>SHA-256 of the general encoder's weights that the model was calibrated with.</summary>
    public string Encoder { get; init; } = EncoderWeights.Sha256;

    /// <summary>Feature channels of the autoencoder at half size.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Directions kept of the errors between image and repair.</summary>
    public int RepairDirections { get; init; } = 32;

    /// <summary>Directions kept of what the general encoder sees at each look.</summary>
    public int AppearanceDirections { get; init; } = 64;
}
