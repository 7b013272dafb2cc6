namespace Sentinel.Core.Drift;

/// <summary>What the known-good images of a model measured: the inputs that it was made for.</summary>
public sealed record InputBaseline(UsualRange Brightness, UsualRange Contrast, UsualRange Sharpness, UsualRange Noise)
{
    /// <param name="images">Measures of known-good images, at least one.</param>
    public static InputBaseline Of(IReadOnlyList<InputMeasures> images) => new(
        UsualRange.Of(images.Select(image => image.Brightness)),
        UsualRange.Of(images.Select(image => image.Contrast)),
        UsualRange.Of(images.Select(image => image.Sharpness)),
        UsualRange.Of(images.Select(image => image.Noise)));
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
