using Sentinel.Core.Imaging;

namespace Sentinel.Core.Evaluation;

/// <summary>The noise of a camera in poor light, as denoisers are commonly measured with.</summary>
public static class SensorNoise
{
    /// <summary>The strength at which denoisers are usually compared, 25 grey levels of 255, as a share of the range.</summary>
    public const double UsualSigma = 25 / 255.0;

    /// <summary>
    /// A copy with independent Gaussian noise on every sample, clipped to the range as a camera clips it.
    /// </summary>
    /// <param name="image">The image to spoil; it stays as it is.</param>
    /// <param name="sigma">Standard deviation as a share of the range, 0..1.</param>
    /// <param name="seed">The same seed gives the same noise.</param>
    public static Frame On(Frame image, double sigma, int seed)
    {
        var random = new Random(seed);
        var samples = new ushort[image.Samples.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (ushort)Math.Clamp(Math.Round(image.Samples[i] + (Gaussian(random) * sigma * ushort.MaxValue)), 0, ushort.MaxValue);
        }

        return new Frame(image.Width, image.Height, image.Channels, samples, image.BitDepth);
    }

    /// <summary>One value of the standard normal distribution (Box and Muller 1958).</summary>
    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
