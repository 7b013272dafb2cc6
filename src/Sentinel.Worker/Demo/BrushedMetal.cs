using SkiaSharp;

namespace Sentinel.Worker.Demo;

/// <summary>Brushed metal: fine streaks along x that differ from part to part.</summary>
internal static class BrushedMetal
{
    /// <summary>A picture of <paramref name="colour"/> whose rows are slowly varying streaks of a few per cent.</summary>
    public static SKBitmap Paint(SKColor colour, int width, int height, Random random)
    {
        var pixels = new SKColor[width * height];
        for (var y = 0; y < height; y++)
        {
            var row = 0.025 * Centred(random);
            var streak = 0.0;
            for (var x = 0; x < width; x++)
            {
                streak = (0.96 * streak) + (0.28 * Centred(random));
                var brightness = 1 + row + (0.03 * streak);
                pixels[(y * width) + x] = new SKColor(Scaled(colour.Red), Scaled(colour.Green), Scaled(colour.Blue));

                byte Scaled(byte value) => (byte)Math.Clamp(Math.Round(value * brightness), 0, 255);
            }
        }

        return new SKBitmap(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque) { Pixels = pixels };
    }

    /// <summary>About standard normal: the sum of three even values.</summary>
    private static double Centred(Random random) => 2 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
}
