using System.Buffers.Binary;
using SkiaSharp;

namespace Sentinel.Core.Imaging;

/// <summary>Reads BMP through SkiaSharp, because libvips cannot, and writes it. Nothing else in this folder knows of SkiaSharp.</summary>
internal static class BmpCodec
{
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> file)
    {
        var header = BmpHeader.Read(file);
        if (header is not { Width: > 0 and <= int.MaxValue, Height: > 0 and <= int.MaxValue })
        {
            throw Damaged();
        }

        return new ImageHeader((int)header.Width, (int)header.Height, header.IsGrey ? 1 : 3, 8, ImageFormat.Bmp);
    }

    /// <exception cref="UnreadableImageException">Damaged, cut off, or not decoded within <paramref name="time"/>.</exception>
    public static unsafe Frame Decode(byte[] file, ImageHeader header, DecodeTime time)
    {
        fixed (byte* bytes = file)
        {
            using var data = SKData.Create((nint)bytes, file.Length);
            using var codec = SKCodec.Create(data);
            // Most writers leave the fourth byte of a pixel 0 and mean nothing by it, so transparency is not looked at.
            var rows = new SKImageInfo(header.Width, header.Height, SKColorType.Bgra8888, SKAlphaType.Unpremul);
            if (codec is null || codec.Info.Width != header.Width || codec.Info.Height != header.Height)
            {
                throw Damaged();
            }

            if (codec.StartScanlineDecode(rows) is not SKCodecResult.Success)
            {
                throw Damaged();
            }

            return ReadRows(codec, rows, header, time);
        }
    }

    private static unsafe Frame ReadRows(SKCodec codec, SKImageInfo rows, ImageHeader header, DecodeTime time)
    {
        var row = new byte[rows.RowBytes];
        var samples = new ushort[(long)header.Width * header.Height * header.Channels];
        for (var i = 0; i < header.Height; i++)
        {
            time.ThrowIfUp();
            var y = codec.GetOutputScanline(i);
            fixed (byte* target = row)
            {
                if (codec.GetScanlines((nint)target, 1, rows.RowBytes) != 1)
                {
                    throw new UnreadableImageException(UnreadableReason.Truncated, "The BMP file ends before its last pixel.");
                }
            }

            var place = (long)y * header.Width * header.Channels;
            for (var x = 0; x < row.Length; x += 4)
            {
                for (var c = 0; c < header.Channels; c++)
                {
                    samples[place++] = (ushort)(row[x + 2 - c] * 257);
                }
            }
        }

        return new Frame(header.Width, header.Height, header.Channels, samples);
    }

    /// <summary>An uncompressed bottom-up file: 8 bits with a grey palette for grey frames, else 24 bits.</summary>
    public static byte[] Encode(Frame frame)
    {
        var palette = frame.Channels == 1 ? 1024 : 0;
        var stride = (frame.Width * frame.Channels + 3) / 4 * 4;
        var file = new byte[checked(54 + palette + stride * frame.Height)];

        "BM"u8.CopyTo(file);
        Span<int> fields = [file.Length, 0, 54 + palette, 40, frame.Width, frame.Height, 1 | frame.Channels * 8 << 16];
        for (var i = 0; i < fields.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2 + i * 4), fields[i]);
        }

        for (var i = 0; i < palette; i++)
        {
            file[54 + i] = (byte)(i % 4 == 3 ? 0 : i / 4);
        }

        for (var y = 0; y < frame.Height; y++)
        {
            var source = frame.Samples.AsSpan(y * frame.Width * frame.Channels, frame.Width * frame.Channels);
            var target = file.AsSpan(54 + palette + (frame.Height - 1 - y) * stride);
            for (var i = 0; i < source.Length; i++)
            {
                target[i - i % frame.Channels + frame.Channels - 1 - i % frame.Channels] = EightBits.From(source[i]);
            }
        }

        return file;
    }

    private static UnreadableImageException Damaged() =>
        new(UnreadableReason.Damaged, "The BMP file is damaged: its header and its content do not agree.");
}
