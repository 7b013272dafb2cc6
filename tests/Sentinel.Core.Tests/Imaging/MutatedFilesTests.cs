using NetVips;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Imaging;

public sealed class MutatedFilesTests : IDisposable
{
    private readonly ImageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Tiff)]
    [InlineData(ImageFormat.WebP)]
    [InlineData(ImageFormat.Bmp)]
    public void Whatever_happens_to_a_file_it_gives_a_frame_or_a_reason(ImageFormat format)
    {
        var limits = new ImageLimits { MaxPixels = 4_000_000 };
        var refused = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var file = Mutate(Seed(format, random), random);
            var path = _folder.Put("mutated", file);

            try
            {
                var frame = ImageFile.Read(path, limits);
                (frame.Width * (long)frame.Height).ShouldBeLessThanOrEqualTo(limits.MaxPixels);
            }
            catch (UnreadableImageException fault)
            {
                fault.Message.ShouldNotBeEmpty();
                refused++;
            }
        }

        refused.ShouldBeInRange(20, 399);
    }

    private static byte[] Seed(ImageFormat format, Random random)
    {
        var frame = ImageFolder.Ramp(width: 64, height: 48, channels: random.Next(2) == 0 ? 1 : 3, bitDepth: random.Next(2) == 0 ? 8 : 16);
        return (format, random.Next(3)) switch
        {
            (ImageFormat.Jpeg, 0) => ImageFolder.Make(frame, image => image.JpegsaveBuffer(interlace: true)),
            (ImageFormat.Png, 0) => ImageFolder.Make(frame, image => image.PngsaveBuffer(interlace: true)),
            (ImageFormat.Tiff, 0) => ImageFolder.Make(frame, image => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw)),
            (ImageFormat.Tiff, 1) => ImageFolder.Make(frame, image => image.TiffsaveBuffer(tile: true, tileWidth: 16, tileHeight: 16)),
            _ => ImageFile.Encode(frame, format),
        };
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                return file[..random.Next(1, file.Length)];
            case 1:
                random.NextBytes(file.AsSpan(random.Next(12, file.Length)));
                return file;
            case 2:
                // Extreme numbers where the header keeps sizes and offsets.
                byte[] extremes = [0x00, 0x7F, 0x80, 0xFF];
                file.AsSpan(random.Next(4, 64), random.Next(1, 5)).Fill(extremes[random.Next(4)]);
                return file;
            case 3:
                var (from, length) = (random.Next(file.Length / 2), random.Next(1, file.Length / 2));
                return [.. file[..from], .. file[(from + length)..]];
            default:
                for (var i = random.Next(1, 12); i > 0; i--)
                {
                    file[random.Next(2, random.Next(2) == 0 ? Math.Min(200, file.Length) : file.Length)] ^= (byte)(1 << random.Next(8));
                }

                return file;
        }
    }
}
