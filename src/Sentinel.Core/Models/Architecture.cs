namespace Sentinel.Core.Models;

/// <summary>Sizes that a model's weights were made for.</summary>
public sealed record Architecture
{
    public const string Current = "denoising-autoencoder/1";

    public string Name { get; init; } = Current;

    /// <summary>Feature channels of the autoencoder at half size.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Directions of error that are kept.</summary>
    public int Directions { get; init; } = 32;
}
