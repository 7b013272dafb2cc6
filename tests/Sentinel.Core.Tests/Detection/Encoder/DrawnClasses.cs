using Sentinel.Pretrain;

namespace Sentinel.Core.Tests.Detection.Encoder;

/// <summary>Three classes that a child could tell apart, drawn: stripes across, stripes down, a disc; colours and places vary.</summary>
internal static class DrawnClasses
{
    public const int Side = 64;

    private const int Area = Side * Side;

    public static LabelledImages Draw(int perClass, int seed)
    {
        var random = new Random(seed);
        return new LabelledImages(
            ["across", "disc", "down"], [.. Enumerable.Range(0, 3 * perClass).Select(i => new LabelledPicture(Side, Side, Picture(i % 3, random), i % 3))]);
    }

    private static byte[] Picture(int label, Random random)
    {
        var planes = new byte[3 * Area];
        var (phase, period) = (random.Next(16), random.Next(6, 12));
        var (centreX, centreY, radius) = (random.Next(20, 44), random.Next(20, 44), random.Next(8, 18));
        for (var c = 0; c < 3; c++)
        {
            var (dark, light) = (random.Next(30, 100), random.Next(150, 230));
            for (var i = 0; i < Area; i++)
            {
                var (x, y) = (i % Side, i / Side);
                var lit = label switch
                {
                    0 => (y + phase) / period % 2 == 0,
                    1 => (x - centreX) * (x - centreX) + (y - centreY) * (y - centreY) < radius * radius,
                    _ => (x + phase) / period % 2 == 0,
                };
                planes[c * Area + i] = (byte)((lit ? light : dark) + random.Next(-10, 11));
            }
        }

        return planes;
    }
}
