using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Demo;

/// <summary>Filled boxes of one colour drawn over an image, which the denoised copy should take away again.</summary>
internal static class Boxes
{
    private const int Count = 4;

    /// <summary>A copy with four boxes, each up to an eighth of the image's sides, of random places and grey levels or colours.</summary>
    public static Frame On(Frame image, int seed)
    {
        var random = new Random(seed);
        var samples = (ushort[])image.Samples.Clone();
        for (var box = 0; box < Count; box++)
        {
            var (width, height) = (Side(image.Width), Side(image.Height));
            var (left, top) = (random.Next(image.Width - width), random.Next(image.Height - height));
            ushort[] colour = [.. Enumerable.Range(0, image.Channels).Select(_ => (ushort)random.Next(ushort.MaxValue + 1))];
            for (var y = top; y < top + height; y++)
            {
                for (var x = left; x < left + width; x++)
                {
                    colour.CopyTo(samples, ((y * image.Width) + x) * image.Channels);
                }
            }
        }

        return new Frame(image.Width, image.Height, image.Channels, samples, image.BitDepth);

        int Side(int whole) => Math.Max(2, random.Next(whole / 20, (whole / 8) + 1));
    }
}
