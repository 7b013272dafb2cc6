using System.Diagnostics;
using NetVips;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Imaging;

public sealed class DecodeLimitTests : IDisposable
{
    private readonly ImageFolder _folder = new();

    public static TheoryData<string> Kinds => ["interlaced.png", "plain.png", "progressive.jpg", "plain.jpg", "plain.tif", "plain.webp"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_decoding_that_takes_too_long_is_given_up(string name)
    {
        var file = _folder.Put(name, Noise(name, 1500));
        var limits = new ImageLimits { DecodeTime = TimeSpan.FromMilliseconds(1) };

        var start = Stopwatch.StartNew();
        var fault = Should.Throw<UnreadableImageException>(() => ImageFile.Read(file, limits));

        fault.Reason.ShouldBe(UnreadableReason.TooSlow);
        fault.Message.ShouldBe("Decoding takes longer than 0.001 s, which is the limit.");
        start.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_bitmap_that_takes_too_long_is_given_up_too()
    {
        var file = _folder.Put("a.bmp", ImageFile.Encode(ImageFolder.Ramp(width: 3000, height: 3000), ImageFormat.Bmp));

        Should.Throw<UnreadableImageException>(() => ImageFile.Read(file, new ImageLimits { DecodeTime = TimeSpan.FromTicks(1) }))
            .Reason.ShouldBe(UnreadableReason.TooSlow);
    }

    [Fact]
    public void Decoders_that_read_everything_before_the_first_row_are_ended_on_the_way()
    {
        var file = _folder.Put("progressive.jpg", Noise("progressive.jpg", 4000));
        var whole = Stopwatch.StartNew();
        ImageFile.Read(file, new ImageLimits());
        whole.Stop();

        var limited = Stopwatch.StartNew();
        Should.Throw<UnreadableImageException>(() => ImageFile.Read(file, new ImageLimits { DecodeTime = whole.Elapsed / 20 }))
            .Reason.ShouldBe(UnreadableReason.TooSlow);

        limited.Elapsed.ShouldBeLessThan(whole.Elapsed * 0.8);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_within_the_limit_is_read_as_ever(string name)
    {
        var bytes = Noise(name, 300);

        var frame = ImageFile.Read(_folder.Put(name, bytes), new ImageLimits());

        (frame.Width, frame.Height).ShouldBe((300, 300));
        using var expected = Image.NewFromBuffer(bytes);
        (frame.Samples[0] >> 8).ShouldBe(expected.WriteToMemory<byte>()[0]);
    }

    [Fact]
    public void A_file_with_more_pages_than_the_limit_is_refused_and_others_give_their_first()
    {
        using var page = Image.Black(40, 30);
        using var other = page + 200;
        using var stack = page.Join(other.Cast(Enums.BandFormat.Uchar), Enums.Direction.Vertical);
        using var pages = stack.Mutate(image => image.Set(GValue.GIntType, "page-height", 30));
        var file = _folder.Put("pages.tif", pages.TiffsaveBuffer());

        ImageFile.ReadHeader(file, new ImageLimits()).Frames.ShouldBe(2);
        ImageFile.Read(file, new ImageLimits { MaxFrames = 2 }).Height.ShouldBe(30);
        var fault = Should.Throw<UnreadableImageException>(() => ImageFile.Read(file, new ImageLimits { MaxFrames = 1 }));

        fault.Reason.ShouldBe(UnreadableReason.TooLarge);
        fault.Message.ShouldBe("The TIFF file has 2 pages; the limit is 1.");
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Noise(string name, int side)
    {
        using var noise = Image.Gaussnoise(side, side, sigma: 40, mean: 128, seed: 1);
        using var image = noise.Cast(Enums.BandFormat.Uchar);
        return name switch
        {
            "interlaced.png" => image.PngsaveBuffer(interlace: true),
            "plain.png" => image.PngsaveBuffer(),
            "progressive.jpg" => image.JpegsaveBuffer(interlace: true),
            "plain.jpg" => image.JpegsaveBuffer(),
            "plain.tif" => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate),
            _ => image.WebpsaveBuffer(lossless: true),
        };
    }
}
