using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Tests.Promotion;

/// <summary>A product drawn for tests, small and quick to learn: a grey washer under light and grain that differ a little each time.</summary>
internal static class Washers
{
    public const int Size = 64;

    public static Frame Good(int number, double light = 1)
    {
        var random = new Random(number);
        var (dx, dy, lamp) = (random.NextDouble() - 0.5, random.NextDouble() - 0.5, light * (0.97 + 0.06 * random.NextDouble()));
        var samples = new ushort[Size * Size];
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var radius = Math.Sqrt(Math.Pow(x - Size / 2.0 - dx, 2) + Math.Pow(y - Size / 2.0 - dy, 2));
                var value = radius is > 9 and < 24 ? 0.6 : 0.25;
                var grain = 0.01 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                samples[y * Size + x] = (ushort)(Math.Clamp(value * lamp + grain, 0, 1) * 65535);
            }
        }

        return new Frame(Size, Size, 1, samples);
    }

    /// <summary>A washer with a dark notch somewhere on its ring; the notch is deeper for some numbers than for others.</summary>
    public static Frame Notched(int number, double light = 1)
    {
        var frame = Good(number, light);
        var random = new Random(number);
        var angle = random.NextDouble() * 2 * Math.PI;
        var (cx, cy, reach) = ((int)(Size / 2 + 17 * Math.Cos(angle)), (int)(Size / 2 + 17 * Math.Sin(angle)), 2 + random.Next(3));
        for (var y = cy - reach; y <= cy + reach; y++)
        {
            for (var x = cx - reach; x <= cx + reach; x++)
            {
                frame.Samples[y * Size + x] = (ushort)(frame.Samples[y * Size + x] * 0.45);
            }
        }

        return frame;
    }

    public static void Write(string folder, string prefix, IEnumerable<int> numbers, Func<int, Frame> draw)
    {
        Directory.CreateDirectory(folder);
        foreach (var number in numbers)
        {
            ImageFile.WritePng(Path.Combine(folder, $"{prefix}-{number:0000}.png"), draw(number));
        }
    }
}
