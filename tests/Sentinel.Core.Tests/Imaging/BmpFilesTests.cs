using System.Buffers.Binary;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Imaging;

public sealed class BmpFilesTests : IDisposable
{
    private readonly ImageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(24, false)]
    [InlineData(24, true)]
    [InlineData(32, false)]
    [InlineData(32, true)]
    public void Colour_is_read_bottom_up_and_top_down(int bits, bool topDown)
    {
        var original = ImageFolder.Ramp(width: 21, height: 13);

        var read = _folder.Read(Colour(original, bits, topDown));

        (read.Width, read.Height, read.Channels, read.BitDepth).ShouldBe((21, 13, 3, 8));
        read.Samples.ShouldBe(original.Samples);
    }

    [Fact]
    public void A_grey_palette_makes_one_channel_and_a_coloured_one_three()
    {
        var original = ImageFolder.Ramp(width: 21, height: 13, channels: 1);
        var grey = ImageFile.Encode(original, ImageFormat.Bmp);
        var coloured = grey.ToArray();
        coloured[54 + 4 * 100] ^= 1;

        _folder.Read(grey).Samples.ShouldBe(original.Samples);
        _folder.Read(coloured).Channels.ShouldBe(3);
        ImageFile.ReadHeader(_folder.Put("image", grey), new ImageLimits()).ShouldBe(new ImageHeader(21, 13, 1, 8, ImageFormat.Bmp));
    }

    [Fact]
    public void Run_lengths_are_read_and_their_cut_noticed()
    {
        var file = RunLengths(width: 16, height: 12);

        var read = _folder.Read(file);

        read.Channels.ShouldBe(1);
        read.Samples.Chunk(16).ShouldAllBe(row => row.Distinct().Count() == 1);
        read.Samples.Chunk(16).Select(row => row[0] / 257).ShouldBe(Enumerable.Range(0, 12).Select(y => 20 * (11 - y)));
        _folder.Refuse(file[..^9]).Reason.ShouldBe(UnreadableReason.Truncated);
    }

    [Fact]
    public void Sizes_that_make_no_sense_are_refused()
    {
        var file = Colour(ImageFolder.Ramp(width: 21, height: 13), 24, topDown: false);

        _folder.Refuse(With(file, 18, -21)).Reason.ShouldBe(UnreadableReason.Damaged);
        _folder.Refuse(With(file, 22, int.MinValue)).Reason.ShouldBe(UnreadableReason.Damaged);
        _folder.Refuse(With(file, 22, 1 << 30)).Reason.ShouldBe(UnreadableReason.TooLarge);
        _folder.Refuse(With(file, 22, 1300)).Reason.ShouldBe(UnreadableReason.Truncated);
    }

    private static byte[] With(byte[] file, int at, int value)
    {
        var changed = file.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(at), value);
        return changed;
    }

    private static byte[] Colour(Frame frame, int bits, bool topDown)
    {
        var stride = (frame.Width * bits / 8 + 3) / 4 * 4;
        var file = Header(54 + stride * frame.Height, 54, frame.Width, topDown ? -frame.Height : frame.Height, bits, compression: 0);
        for (var y = 0; y < frame.Height; y++)
        {
            for (var x = 0; x < frame.Width; x++)
            {
                var to = 54 + (topDown ? y : frame.Height - 1 - y) * stride + x * bits / 8;
                for (var c = 0; c < 3; c++)
                {
                    file[to + 2 - c] = (byte)(frame.Samples[(y * frame.Width + x) * 3 + c] / 257);
                }
            }
        }

        return file;
    }

    /// <summary>RLE8: one run per row from the bottom, each row 20 brighter than the one below.</summary>
    private static byte[] RunLengths(int width, int height)
    {
        const int pixels = 54 + 1024;
        var runs = Enumerable.Range(0, height).SelectMany(y => new byte[] { (byte)width, (byte)(20 * y), 0, 0 }).Concat(new byte[] { 0, 1 }).ToArray();
        var file = Header(pixels + runs.Length, pixels, width, height, bits: 8, compression: 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(34), runs.Length);
        for (var i = 0; i < 1024; i++)
        {
            file[54 + i] = (byte)(i % 4 == 3 ? 0 : i / 4);
        }

        runs.CopyTo(file, pixels);
        return file;
    }

    private static byte[] Header(int length, int pixels, int width, int height, int bits, int compression)
    {
        var file = new byte[length];
        "BM"u8.CopyTo(file);
        int[] fields = [length, 0, pixels, 40, width, height, 1 | bits << 16, compression];
        for (var i = 0; i < fields.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2 + 4 * i), fields[i]);
        }

        return file;
    }
}
