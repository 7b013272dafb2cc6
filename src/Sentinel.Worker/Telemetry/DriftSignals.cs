namespace Sentinel.Worker.Telemetry;

/// <summary>What drift is measured by: the values of the label <c>signal</c>.</summary>
internal static class DriftSignals
{
    /// <summary>Mean of the input images: the light or the exposure changed.</summary>
    public const string Brightness = "brightness";

    /// <summary>Spread of the input images.</summary>
    public const string Contrast = "contrast";

    /// <summary>Sharpness of the input images: the focus or the distance changed.</summary>
    public const string Sharpness = "sharpness";

    /// <summary>Noise of the input images: the sensor or its gain changed.</summary>
    public const string Noise = "noise";

    /// <summary>Distribution of the p-values of accepted images: the product or its process changed.</summary>
    public const string Scores = "scores";

    public static IReadOnlyList<string> All => [Brightness, Contrast, Sharpness, Noise, Scores];
}
