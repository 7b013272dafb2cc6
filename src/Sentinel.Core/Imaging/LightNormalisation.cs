namespace Sentinel.Core.Imaging;

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

internal static class LightNormalisations
{
    // Nothing is amplified more than 20 times: what an evenly grey image shows beyond that is noise.
    private const double SmallestDeviation = 0.01;

    /// <summary>Moves mean and deviation over all channels together, so that the colours keep their relation.</summary>
    public static void Even(this LightNormalisation light, Span<float> samples)
    {
        if (light is LightNormalisation.None)
        {
            return;
        }

        var (sum, squares) = (0.0, 0.0);
        foreach (var sample in samples)
        {
            sum += sample;
            squares += (double)sample * sample;
        }

        var mean = sum / samples.Length;
        var deviation = Math.Sqrt(Math.Max(0, squares / samples.Length - mean * mean));
        var gain = light is LightNormalisation.BrightnessAndContrast ? 0.2 / Math.Max(deviation, SmallestDeviation) : 1;
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (float)((samples[i] - mean) * gain + 0.5);
        }
    }
}
