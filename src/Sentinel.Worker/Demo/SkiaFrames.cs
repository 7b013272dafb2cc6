using Sentinel.Core.Imaging;
using SkiaSharp;

namespace Sentinel.Worker.Demo;

/// <summary>Between Sentinel's images and SkiaSharp's, on which the demo draws. Skia's side has 8 bits per sample.</summary>
internal static class SkiaFrames
{
    public static Frame ToFrame(SKBitmap bitmap)
    {
        var samples = new ushort[bitmap.Width * bitmap.Height * 3];
        foreach (var (i, pixel) in bitmap.Pixels.Index())
        {
            samples[i * 3] = Widen(pixel.Red);
            samples[(i * 3) + 1] = Widen(pixel.Green);
            samples[(i * 3) + 2] = Widen(pixel.Blue);
        }

        return new Frame(bitmap.Width, bitmap.Height, 3, samples);
    }

    /// <summary>The bitmap in grey, weighted as in ITU-R BT.601.</summary>
    public static Frame ToGreyFrame(SKBitmap bitmap) =>
        new(bitmap.Width, bitmap.Height, 1, [.. bitmap.Pixels.Select(p => Widen((byte)((0.299 * p.Red) + (0.587 * p.Green) + (0.114 * p.Blue) + 0.5)))]);

    /// <summary>A new bitmap, in colour also for a grey image.</summary>
    public static SKBitmap ToBitmap(Frame frame)
    {
        var pixels = new SKColor[frame.Width * frame.Height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var red = i * frame.Channels;
            var (green, blue) = frame.Channels == 1 ? (red, red) : (red + 1, red + 2);
            pixels[i] = new SKColor(Narrow(frame.Samples[red]), Narrow(frame.Samples[green]), Narrow(frame.Samples[blue]));
        }

        return new SKBitmap(frame.Width, frame.Height, SKColorType.Bgra8888, SKAlphaType.Opaque) { Pixels = pixels };
    }

    /// <summary>Rounds every sample to one of 256 levels, as an 8-bit file stores it.</summary>
    public static Frame InEightBits(Frame frame) =>
        new(frame.Width, frame.Height, frame.Channels, [.. frame.Samples.Select(sample => Widen(Narrow(sample)))]);

    private static byte Narrow(ushort sample) => (byte)((sample + 128) / 257);

    private static ushort Widen(byte value) => (ushort)(value * 257);
}
