using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Training;

/// <summary>A product drawn for tests: a grey dial with a bright ring and four dots, under light and grain that differ a little each time.</summary>
internal static class Dials
{
    public const int Size = 96;

    public static Frame Good(int number, double grain = 0.01)
    {
        var random = new Random(number);
        var (dx, dy, light) = (random.NextDouble() - 0.5, random.NextDouble() - 0.5, 0.95 + 0.1 * random.NextDouble());
        var samples = new ushort[Size * Size];
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var (u, v) = (x - Size / 2.0 - dx, y - Size / 2.0 - dy);
                var radius = Math.Sqrt(u * u + v * v);
                var value = radius < 40 ? 0.45 : 0.25;
                value += Math.Abs(radius - 30) < 3 ? 0.3 : 0;
                value += Math.Abs(Math.Abs(u) - 15) < 4 && Math.Abs(Math.Abs(v) - 15) < 4 ? 0.25 : 0;
                var noise = grain * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                samples[y * Size + x] = (ushort)(Math.Clamp(value * light + noise, 0, 1) * 65535);
            }
        }

        return new Frame(Size, Size, 1, samples);
    }

    /// <summary>A good dial with a dark spot; its centre is given.</summary>
    public static Frame Spotted(int number, out (int X, int Y) centre)
    {
        var frame = Good(number);
        var random = new Random(number);
        centre = (20 + random.Next(Size - 40), 20 + random.Next(Size - 40));
        for (var y = -6; y <= 6; y++)
        {
            for (var x = -6; x <= 6; x++)
            {
                if (x * x + y * y <= 36)
                {
                    frame.Samples[(centre.Y + y) * Size + centre.X + x] = 3000;
                }
            }
        }

        return frame;
    }

    /// <summary>Writes good dials as PNG files and returns the folder.</summary>
    public static string Write(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < count; i++)
        {
            ImageFile.WritePng(Path.Combine(folder, $"dial-{i:000}.png"), Good(i));
        }

        return folder;
    }
}
