using NetVips;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Imaging;

/// <summary>A folder of its own for one test, with the files that the test needs.</summary>
public sealed class ImageFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sentinel-images-");

    public string Path => _folder.FullName;

    public string Put(string name, byte[] content)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public Frame Read(byte[] content) => ImageFile.Read(Put("image", content), new ImageLimits());

    public UnreadableImageException Refuse(byte[] content, ImageLimits? limits = null) =>
        Should.Throw<UnreadableImageException>(() => ImageFile.Read(Put("image", content), limits ?? new ImageLimits()));

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Smooth ramps with a little seeded grain: no two neighbours alike, no two rows alike, and JPEG copes with it.</summary>
    public static Frame Ramp(int width = 61, int height = 40, int channels = 3, int bitDepth = 8)
    {
        var random = new Random(7);
        var samples = new ushort[width * height * channels];
        for (var i = 0; i < samples.Length; i++)
        {
            var (x, y, c) = (i / channels % width, i / channels / width, i % channels);
            var value = 8000 + 40000 * x / width + (c == 1 ? -6000 : 6000) * y / height + 3000 * c + random.Next(500);
            samples[i] = (ushort)(bitDepth == 8 ? value / 257 * 257 : value);
        }

        return new Frame(width, height, channels, samples, bitDepth);
    }

    /// <summary>A file from the library itself, for kinds that Sentinel reads but does not write.</summary>
    public static byte[] Make(Frame frame, Func<Image, byte[]> save)
    {
        using var image = Image.NewFromMemory(
            frame.Samples.Select(sample => (byte)(sample / 257)).ToArray(), frame.Width, frame.Height, frame.Channels, Enums.BandFormat.Uchar);
        using var known = image.Copy(interpretation: frame.Channels == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        return save(known);
    }

    public static double LargestDifference(Frame a, Frame b)
    {
        (a.Width, a.Height, a.Channels).ShouldBe((b.Width, b.Height, b.Channels));
        return a.Samples.Zip(b.Samples, (x, y) => Math.Abs(x - y)).Max() / 257.0;
    }
}
