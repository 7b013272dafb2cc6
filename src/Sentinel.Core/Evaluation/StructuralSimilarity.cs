using Sentinel.Core.Imaging;

namespace Sentinel.Core.Evaluation;

/// <summary>
/// Structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004): Gaussian window of sigma 1.5 over 11 x 11 pixels, K1 = 0.01, K2 = 0.03,
/// averaged over the positions where the window fits. The same figure as scikit-image's <c>structural_similarity</c> with
/// <c>gaussian_weights=True, sigma=1.5, use_sample_covariance=False</c>.
/// </summary>
public static class StructuralSimilarity
{
    private const int Side = 11;
    private static readonly double[] Window = GaussianWindow(1.5);

    /// <summary>Similarity of two images, the mean over their channels: 1 when equal, near 0 when unrelated, down to -1.</summary>
    /// <exception cref="ArgumentException">The images differ in size or channels, or a side is under 11 pixels.</exception>
    public static double Between(Frame image, Frame reference)
    {
        if (image.Channels != reference.Channels)
        {
            throw new ArgumentException($"An image of {image.Channels} channels cannot be compared with one of {reference.Channels}.");
        }

        return Enumerable.Range(0, image.Channels)
            .Average(c => Between(Plane(image, c), image.Width, image.Height, Plane(reference, c), reference.Width, reference.Height));
    }

    /// <summary>Similarity of two planes, row by row, whose values span <paramref name="range"/>.</summary>
    /// <exception cref="ArgumentException">The planes differ in size, or a side is under 11 pixels.</exception>
    public static double Between(double[] plane, double[] reference, int width, int height, double range) =>
        Between(plane, width, height, reference, width, height, range);

    private static double Between(
        double[] a, int width, int height, double[] b, int otherWidth, int otherHeight, double range = ushort.MaxValue)
    {
        if ((width, height) != (otherWidth, otherHeight) || a.Length != width * height || b.Length != width * height)
        {
            throw new ArgumentException($"A plane of {width} x {height} cannot be compared with one of {otherWidth} x {otherHeight}.");
        }

        if (width < Side || height < Side)
        {
            throw new ArgumentException($"A plane of {width} x {height} is smaller than the window of {Side} x {Side} pixels.");
        }

        var (c1, c2) = (Math.Pow(0.01 * range, 2), Math.Pow(0.03 * range, 2));
        var meanA = Filter(a, width, height);
        var meanB = Filter(b, width, height);
        var squareA = Filter(Product(a, a), width, height);
        var squareB = Filter(Product(b, b), width, height);
        var product = Filter(Product(a, b), width, height);

        var sum = 0.0;
        for (var i = 0; i < meanA.Length; i++)
        {
            var (x, y) = (meanA[i], meanB[i]);
            var (varianceX, varianceY, covariance) = (squareA[i] - (x * x), squareB[i] - (y * y), product[i] - (x * y));
            sum += ((2 * x * y) + c1) * ((2 * covariance) + c2) / (((x * x) + (y * y) + c1) * (varianceX + varianceY + c2));
        }

        return sum / meanA.Length;
    }

    /// <summary>Windowed means where the window fits: (width - 10) x (height - 10) values.</summary>
    private static double[] Filter(double[] plane, int width, int height)
    {
        var (outWidth, outHeight) = (width - Side + 1, height - Side + 1);
        var rows = new double[outWidth * height];
        for (var i = 0; i < rows.Length; i++)
        {
            var start = (i / outWidth * width) + (i % outWidth);
            for (var k = 0; k < Side; k++)
            {
                rows[i] += Window[k] * plane[start + k];
            }
        }

        var filtered = new double[outWidth * outHeight];
        for (var i = 0; i < filtered.Length; i++)
        {
            for (var k = 0; k < Side; k++)
            {
                filtered[i] += Window[k] * rows[i + (k * outWidth)];
            }
        }

        return filtered;
    }

    private static double[] Product(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x * y)];

    private static double[] Plane(Frame frame, int channel) =>
        [.. Enumerable.Range(0, frame.Width * frame.Height).Select(i => (double)frame.Samples[(i * frame.Channels) + channel])];

    private static double[] GaussianWindow(double sigma)
    {
        double[] weights = [.. Enumerable.Range(-(Side / 2), Side).Select(d => Math.Exp(-d * d / (2 * sigma * sigma)))];
        var sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }
}
