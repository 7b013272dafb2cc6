using System.Numerics;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Training.Checks;

/// <summary>
/// The same exposure twice, saved again or at another size: it would count twice, and could sit on both sides of the calibration. Found by a
/// perceptual hash of what is the image's own. On an aligned product all images look alike, so what all of them share, the mean image under
/// another light or shifted a little, is taken off first; what is left is grain, texture and dirt, the same in two images only by chance.
/// </summary>
internal static class NearDuplicates
{
    private const int Side = 64;
    private const int Bits = Side * Side;
    private const int Reach = 2;

    /// <summary>Share of equal bits; independent images agree in half of them, a JPEG saved again in nearly all.</summary>
    private const double SmallestAgreement = 0.85;

    /// <summary>And this many spreads above what pairs of this product usually agree in.</summary>
    private const double SmallestDistance = 6;

    /// <summary>Where more are alike than this, being alike is how the product looks.</summary>
    private const double LargestShare = 0.25;

    public static IReadOnlyList<(GoodPicture Picture, string Reason)> Find(IReadOnlyList<GoodPicture> pictures)
    {
        var hashes = Hashes(pictures);
        var pairs = new List<(int Earlier, int Later, double Agreement)>();
        var usual = new List<double>();
        for (var i = 1; i < hashes.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var agreement = Agreement(hashes[i], hashes[j]);
                usual.Add(agreement);
                if (agreement >= SmallestAgreement)
                {
                    pairs.Add((j, i, agreement));
                }
            }
        }

        var range = Drift.UsualRange.Of(usual);
        var twins = pairs.Where(pair => pair.Agreement > range.Median + SmallestDistance * range.Spread).DistinctBy(pair => pair.Later).ToList();
        return twins.Count > LargestShare * pictures.Count
            ? []
            : [.. twins.Select(twin => (
                pictures[twin.Later],
                $"nearly the same image as {pictures[twin.Earlier].Source.Name} ({twin.Agreement * 100:0} % of its perceptual hash; pairs of this product agree in {range.Median * 100:0} %)"))];
    }

    private static ulong[][] Hashes(IReadOnlyList<GoodPicture> pictures)
    {
        var fine = pictures.AsParallel().AsOrdered().Select(picture => FineStructure(picture.Standard)).ToArray();
        var mean = new double[Bits];
        foreach (var image in fine)
        {
            for (var i = 0; i < Bits; i++)
            {
                mean[i] += image[i] / fine.Length;
            }
        }

        double[][] shared = [mean, Differences(mean, 1), Differences(mean, Side)];
        return [.. fine.AsParallel().AsOrdered().Select(image => Signs(Without(image, shared)))];
    }

    /// <summary>Grey, small, and without what changes slowly across the image.</summary>
    private static double[] FineStructure(StandardImage image)
    {
        var small = new double[Bits];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                small[y * Side + x] = CellMean(image, x, y);
            }
        }

        var fine = new double[Bits];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var (sum, count) = (0.0, 0);
                for (var v = Math.Max(0, y - Reach); v <= Math.Min(Side - 1, y + Reach); v++)
                {
                    for (var u = Math.Max(0, x - Reach); u <= Math.Min(Side - 1, x + Reach); u++)
                    {
                        (sum, count) = (sum + small[v * Side + u], count + 1);
                    }
                }

                fine[y * Side + x] = small[y * Side + x] - sum / count;
            }
        }

        return fine;
    }

    private static double CellMean(StandardImage image, int x, int y)
    {
        var (left, right) = (x * image.Width / Side, Math.Max(x * image.Width / Side + 1, (x + 1) * image.Width / Side));
        var (top, bottom) = (y * image.Height / Side, Math.Max(y * image.Height / Side + 1, (y + 1) * image.Height / Side));
        var sum = 0.0;
        for (var c = 0; c < image.Channels; c++)
        {
            for (var v = top; v < bottom; v++)
            {
                for (var u = left; u < right; u++)
                {
                    sum += image.Samples[(c * image.Height + v) * image.Width + u];
                }
            }
        }

        return sum / (image.Channels * (right - left) * (bottom - top));
    }

    private static double[] Differences(double[] values, int step) =>
        [.. values.Select((_, i) => i >= step && i + step < Bits ? values[i + step] - values[i - step] : 0)];

    /// <summary>Takes the shared patterns off, one after the other, by least squares.</summary>
    private static double[] Without(double[] image, double[][] patterns)
    {
        var rest = (double[])image.Clone();
        foreach (var pattern in patterns)
        {
            var (along, length) = (0.0, 1e-12);
            for (var i = 0; i < Bits; i++)
            {
                (along, length) = (along + rest[i] * pattern[i], length + pattern[i] * pattern[i]);
            }

            for (var i = 0; i < Bits; i++)
            {
                rest[i] -= along / length * pattern[i];
            }
        }

        return rest;
    }

    private static ulong[] Signs(double[] values)
    {
        var bits = new ulong[Bits / 64];
        for (var i = 0; i < Bits; i++)
        {
            bits[i / 64] |= values[i] > 0 ? 1UL << (i % 64) : 0;
        }

        return bits;
    }

    private static double Agreement(ulong[] one, ulong[] other)
    {
        var different = 0;
        for (var i = 0; i < one.Length; i++)
        {
            different += BitOperations.PopCount(one[i] ^ other[i]);
        }

        return 1 - (double)different / Bits;
    }
}
