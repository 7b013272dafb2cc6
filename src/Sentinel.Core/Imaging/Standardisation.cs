namespace Sentinel.Core.Imaging;

/// <summary>
/// The rules that bring every image of a product to one size, channel count and light. They are chosen once from the known-good images
/// and stored in the model, so that inspection cannot differ from training.
/// </summary>
public sealed record Standardisation
{
    /// <summary>Width of the standardised image in pixels, a multiple of 32.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the standardised image in pixels, a multiple of 32.</summary>
    public required int Height { get; init; }

    /// <summary>1 when every known-good image is grey, else 3.</summary>
    public required int Channels { get; init; }

    public LightNormalisation Light { get; init; } = LightNormalisation.None;
}

/// <summary>What is taken out of the light of each image before it is compared.</summary>
public enum LightNormalisation
{
    /// <summary>Nothing: brightness is part of what is inspected.</summary>
    None,

    /// <summary>The mean of each image is moved to 0.5.</summary>
    Brightness,

    /// <summary>The mean is moved to 0.5 and the standard deviation to 0.2.</summary>
    BrightnessAndContrast,
}
