using NetVips;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Imaging;

public sealed class ReadingFormatsTests : IDisposable
{
    private readonly ImageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ImageFormat.Png, 1, 8)]
    [InlineData(ImageFormat.Png, 3, 8)]
    [InlineData(ImageFormat.Png, 1, 16)]
    [InlineData(ImageFormat.Png, 3, 16)]
    [InlineData(ImageFormat.Tiff, 1, 8)]
    [InlineData(ImageFormat.Tiff, 3, 8)]
    [InlineData(ImageFormat.Tiff, 1, 16)]
    [InlineData(ImageFormat.Tiff, 3, 16)]
    [InlineData(ImageFormat.WebP, 3, 8)]
    [InlineData(ImageFormat.Bmp, 1, 8)]
    [InlineData(ImageFormat.Bmp, 3, 8)]
    public void A_lossless_file_gives_back_every_sample(ImageFormat format, int channels, int bitDepth)
    {
        var original = ImageFolder.Ramp(channels: channels, bitDepth: bitDepth);

        var read = _folder.Read(ImageFile.Encode(original, format, quality: 100));

        (read.Width, read.Height, read.Channels, read.BitDepth).ShouldBe((61, 40, channels, bitDepth));
        read.Samples.ShouldBe(original.Samples);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg, 1)]
    [InlineData(ImageFormat.Jpeg, 3)]
    [InlineData(ImageFormat.WebP, 3)]
    public void A_lossy_file_gives_nearly_the_same_image(ImageFormat format, int channels)
    {
        var original = ImageFolder.Ramp(channels: channels);

        var read = _folder.Read(ImageFile.Encode(original, format, quality: 95));

        ImageFolder.LargestDifference(read, original).ShouldBeLessThan(16);
    }

    [Fact]
    public void A_tall_image_is_put_together_from_its_strips_without_a_seam()
    {
        var original = ImageFolder.Ramp(width: 700, height: 1501);

        var read = _folder.Read(ImageFile.Encode(original, ImageFormat.Png));

        read.Samples.ShouldBe(original.Samples);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void An_image_stands_upright_by_its_Exif_orientation(int orientation)
    {
        var stored = ImageFolder.Ramp();
        var file = ImageFolder.Make(stored, image =>
        {
            using var turned = image.Mutate(mutable => mutable.Set(GValue.GIntType, "orientation", orientation));
            return turned.PngsaveBuffer();
        });
        var path = _folder.Put("turned.png", file);

        var read = ImageFile.Read(path, new ImageLimits());

        // The library's own turning is the reference.
        using var buffer = Image.NewFromBuffer(file);
        using var upright = buffer.Autorot();
        (read.Width, read.Height).ShouldBe((upright.Width, upright.Height));
        read.Samples.Select(sample => (byte)(sample / 257)).ShouldBe(upright.WriteToMemory<byte>());
        ImageFile.ReadHeader(path, new ImageLimits()).ShouldBe(new ImageHeader(upright.Width, upright.Height, 3, 8, ImageFormat.Png));
    }

    [Fact]
    public void Transparent_parts_lie_over_middle_grey()
    {
        byte[] pixels = [200, 10, 30, 255, 200, 10, 30, 0, 255, 255, 255, 128];
        using var image = Image.NewFromMemory(Enumerable.Repeat(pixels, 64).SelectMany(row => row).ToArray(), 24, 8, 4, Enums.BandFormat.Uchar);
        using var colour = image.Copy(interpretation: Enums.Interpretation.Srgb);

        var read = _folder.Read(colour.PngsaveBuffer());

        read.Channels.ShouldBe(3);
        read.Samples[..6].ShouldBe([51400, 2570, 7710, 32768, 32768, 32768]);
        read.Samples[6].ShouldBeInRange((ushort)49150, (ushort)49350);
    }

    [Fact]
    public void One_bit_and_palette_files_are_read_in_full_range()
    {
        var chequered = new Frame(16, 16, 1, [.. Enumerable.Range(0, 256).Select(i => (ushort)((i + i / 16) % 2 * 65535))]);

        var oneBit = _folder.Read(ImageFolder.Make(chequered, image => image.PngsaveBuffer(bitdepth: 1)));
        var fax = _folder.Read(ImageFolder.Make(chequered, image => image.TiffsaveBuffer(bitdepth: 1)));
        var palette = _folder.Read(ImageFolder.Make(chequered, image => image.PngsaveBuffer(palette: true)));

        oneBit.Samples.ShouldBe(chequered.Samples);
        fax.Samples.ShouldBe(chequered.Samples);
        palette.IsGrey.ShouldBeTrue();
        palette.Samples.Where((_, i) => i % palette.Channels == 0).ShouldBe(chequered.Samples);
    }

    [Theory]
    [InlineData(1f, 65535f)]
    [InlineData(255f, 257f)]
    [InlineData(65535f, 1f)]
    public void Floating_point_samples_are_scaled_by_the_range_they_use(float largest, float scale)
    {
        float[] samples = [.. Enumerable.Range(0, 256).Select(i => largest * i / 255)];
        samples[3] = -largest;
        samples[4] = float.NaN;
        using var image = Image.NewFromMemory(samples, 16, 16, 1, Enums.BandFormat.Float);

        var read = _folder.Read(image.TiffsaveBuffer());

        (read.BitDepth, read.Channels).ShouldBe((16, 1));
        read.Samples[3..5].ShouldBe([0, 0]);
        read.Samples[5..].ShouldBe(samples[5..].Select(sample => (ushort)(sample * scale + 0.5f)));
    }

    [Fact]
    public void Cmyk_becomes_colour()
    {
        byte[] ink = [0, 255, 255, 0];
        using var image = Image.NewFromMemory(Enumerable.Repeat(ink, 256).SelectMany(pixel => pixel).ToArray(), 16, 16, 4, Enums.BandFormat.Uchar);
        using var cmyk = image.Copy(interpretation: Enums.Interpretation.Cmyk);

        var read = _folder.Read(cmyk.TiffsaveBuffer());

        read.Channels.ShouldBe(3);
        read.Samples[0].ShouldBeGreaterThan((ushort)45000);
        read.Samples[1].ShouldBeLessThan((ushort)20000);
    }

    [Fact]
    public void Of_several_pages_the_first_is_read()
    {
        var first = ImageFolder.Ramp(channels: 1);

        var read = _folder.Read(TwoPages(first));

        read.Samples.ShouldBe(first.Samples);
    }

    [Fact]
    public void Each_page_is_read_by_request()
    {
        var first = ImageFolder.Ramp(channels: 1);

        var read = ImageFile.Read(_folder.Put("pages.tif", TwoPages(first)), new ImageLimits(), PageChoice.Each);

        read.Count.ShouldBe(2);
        read[0].Samples.ShouldBe(first.Samples);
        read[1].Samples.ShouldBe(first.Samples.Select(sample => (ushort)(65535 - sample)));
    }

    [Fact]
    public void Pages_that_are_too_large_together_are_refused()
    {
        var first = ImageFolder.Ramp(channels: 1);
        var limits = new ImageLimits { MaxPixels = (long)first.Width * first.Height * 3 / 2 };
        var file = _folder.Put("pages.tif", TwoPages(first));

        ImageFile.Read(file, limits).Samples.ShouldBe(first.Samples);
        Should.Throw<UnreadableImageException>(() => ImageFile.Read(file, limits, PageChoice.Each)).Reason.ShouldBe(UnreadableReason.TooLarge);
    }

    [Fact]
    public void The_header_tells_size_channels_and_depth_without_decoding()
    {
        foreach (var format in Enum.GetValues<ImageFormat>())
        {
            var file = ImageFile.Encode(ImageFolder.Ramp(width: 900, height: 700, bitDepth: 16), format);
            var path = _folder.Put("image", file);

            var header = ImageFile.ReadHeader(path, new ImageLimits());

            header.ShouldBe(new ImageHeader(900, 700, 3, format is ImageFormat.Png or ImageFormat.Tiff ? 16 : 8, format));
        }
    }

    [Fact]
    public void A_grey_image_in_colour_keeps_its_three_channels_and_knows_that_it_is_grey()
    {
        var grey = ImageFolder.Ramp(channels: 1);
        var threefold = new Frame(grey.Width, grey.Height, 3, [.. grey.Samples.SelectMany(sample => Enumerable.Repeat(sample, 3))]);

        var read = _folder.Read(ImageFile.EncodePng(threefold));

        (read.Channels, read.IsGrey).ShouldBe((3, true));
        grey.IsGrey.ShouldBeTrue();
        ImageFolder.Ramp().IsGrey.ShouldBeFalse();
    }

    [Theory]
    [InlineData("plate.JPG", true)]
    [InlineData("a/b/plate.Tiff", true)]
    [InlineData("plate.webp", true)]
    [InlineData("plate.bmp", true)]
    [InlineData("plate.jpg.tmp", false)]
    [InlineData("png", false)]
    [InlineData("plate.gif", false)]
    public void Image_names_are_known_by_their_ending(string name, bool expected) => ImageFile.IsImageName(name).ShouldBe(expected);

    [Fact]
    public void The_format_is_what_the_content_says_not_the_name()
    {
        var path = _folder.Put("plate.jpg", ImageFile.EncodePng(ImageFolder.Ramp()));

        ImageFile.ReadHeader(path, new ImageLimits()).Format.ShouldBe(ImageFormat.Png);
        ImageFile.Read(path, new ImageLimits()).Samples.ShouldBe(ImageFolder.Ramp().Samples);
    }

    [Fact]
    public void A_path_that_is_written_again_shows_its_new_content()
    {
        var path = System.IO.Path.Combine(_folder.Path, "again.png");
        ImageFile.WritePng(path, ImageFolder.Ramp(channels: 1));
        ImageFile.Read(path, new ImageLimits());
        ImageFile.WritePng(path, ImageFolder.Ramp(width: 20, height: 30, bitDepth: 16));

        var read = ImageFile.Read(path, new ImageLimits());

        read.Samples.ShouldBe(ImageFolder.Ramp(width: 20, height: 30, bitDepth: 16).Samples);
        Directory.GetFiles(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public void Several_threads_read_at_once()
    {
        var original = ImageFolder.Ramp(width: 300, height: 200);
        var paths = Enum.GetValues<ImageFormat>().Select(format => _folder.Put($"{format}", ImageFile.Encode(original, format, 100))).ToList();
        var alone = paths.ToDictionary(path => path, path => ImageFile.Read(path, new ImageLimits()).Samples);

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var path = paths[i % paths.Count];
            ImageFile.Read(path, new ImageLimits()).Samples.AsSpan().SequenceEqual(alone[path]).ShouldBeTrue();
        });
    }

    private static byte[] TwoPages(Frame first) => ImageFolder.Make(first, image =>
    {
        using var second = image.Invert();
        using var both = image.Join(second, Enums.Direction.Vertical);
        return both.TiffsaveBuffer(pageHeight: image.Height);
    });
}
