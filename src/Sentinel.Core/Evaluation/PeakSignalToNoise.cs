using Sentinel.Core.Imaging;

namespace Sentinel.Core.Evaluation;

/// <summary>Peak signal-to-noise ratio in decibels: 10 log10(range^2 / mean squared error) over all samples of all channels.</summary>
public static class PeakSignalToNoise
{
    /// <summary>Ratio between two images of one size; positive infinity when they are equal.</summary>
    /// <exception cref="ArgumentException">The images differ in size or channels.</exception>
    public static double Between(Frame image, Frame reference)
    {
        if ((image.Width, image.Height, image.Channels) != (reference.Width, reference.Height, reference.Channels))
        {
            throw new ArgumentException(
                $"An image of {image.Width} x {image.Height} x {image.Channels} cannot be compared with one of "
                + $"{reference.Width} x {reference.Height} x {reference.Channels}.");
        }

        var squares = 0.0;
        for (var i = 0; i < image.Samples.Length; i++)
        {
            var difference = (double)image.Samples[i] - reference.Samples[i];
            squares += difference * difference;
        }

        return InDecibels(squares / image.Samples.Length, ushort.MaxValue);
    }

    /// <summary>Ratio between two arrays of samples whose values span <paramref name="range"/>.</summary>
    /// <exception cref="ArgumentException">The arrays are empty or differ in length.</exception>
    public static double Between(ReadOnlySpan<float> samples, ReadOnlySpan<float> reference, double range = 1)
    {
        if (samples.IsEmpty || samples.Length != reference.Length)
        {
            throw new ArgumentException($"{samples.Length} samples cannot be compared with {reference.Length}.");
        }

        var squares = 0.0;
        for (var i = 0; i < samples.Length; i++)
        {
            var difference = (double)samples[i] - reference[i];
            squares += difference * difference;
        }

        return InDecibels(squares / samples.Length, range);
    }

    private static double InDecibels(double meanSquare, double range) =>
        meanSquare == 0 ? double.PositiveInfinity : 10 * Math.Log10(range * range / meanSquare);
}
