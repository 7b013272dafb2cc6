using Sentinel.Core.Imaging;

namespace Sentinel.Benchmarks;

/// <summary>Pictures that compress like photographs: smooth shapes under some grain, always the same.</summary>
internal static class Pictures
{
    public static Frame Colourful(int width, int height) => Draw(width, height, 3);

    public static Frame Grey(int width, int height, int number = 0) => Draw(width, height, 1, number);

    private static Frame Draw(int width, int height, int channels, int number = 0)
    {
        var random = new Random(number);
        var samples = new ushort[width * height * channels];
        for (var i = 0; i < samples.Length; i++)
        {
            var (pixel, c) = (i / channels, i % channels);
            var (x, y) = (pixel % width, pixel / width);
            var value = 0.5 + 0.25 * Math.Sin(x * 0.02 * (c + 1)) * Math.Cos(y * 0.03) + 0.02 * random.NextDouble();
            samples[i] = (ushort)(value * 65535);
        }

        return new Frame(width, height, channels, samples);
    }
}
