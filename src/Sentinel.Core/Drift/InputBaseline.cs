using Sentinel.Core.Imaging;

namespace Sentinel.Core.Drift;

/// <summary>What the known-good images of a model measured: the inputs that it was made for.</summary>
public sealed record InputBaseline(UsualRange Brightness, UsualRange Contrast, UsualRange Sharpness, UsualRange Noise)
{
    // One step of 8 bits, rounded, has a noise of 0.29 of it.
    private const double SmallestNoise = 0.5 / 255;

    /// <param name="images">Measures of known-good images, at least one.</param>
    public static InputBaseline Of(IReadOnlyList<InputMeasures> images) => new(
        UsualRange.Of(images.Select(image => image.Brightness)),
        UsualRange.Of(images.Select(image => image.Contrast)),
        UsualRange.Of(images.Select(image => image.Sharpness)),
        UsualRange.Of(images.Select(image => image.Noise)));

    /// <summary>How far an image is noisier than the known-good ones: 0 up to three spreads above their median, 1 from twice that on.</summary>
    /// <param name="frame">At least 5 x 5 pixels; a smaller one shows no noise.</param>
    public double Noisiness(Frame frame)
    {
        var usual = Math.Max(SmallestNoise, Noise.Median + 3 * Noise.Spread);
        return Math.Min(frame.Width, frame.Height) < 5 ? 0 : Math.Clamp(InputMeasures.Of(frame).Noise / usual - 1, 0, 1);
    }
}

/// <summary>The middle of many values and how far they spread around it.</summary>
/// <param name="Median">Half of the values are below.</param>
/// <param name="Spread">1.4826 times the median distance from the median, which is the standard deviation of normally distributed values.</param>
public sealed record UsualRange(double Median, double Spread)
{
    public static UsualRange Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var median = Middle(sorted);
        return new UsualRange(median, 1.4826 * Middle([.. sorted.Select(value => Math.Abs(value - median)).Order()]));
    }

    internal static double Middle(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
}
