using System.Buffers.Binary;

namespace Sentinel.Core.Imaging;

/// <summary>
/// Tells a file that was cut off, or is still being written, from one that is whole, by the lengths and end marks its format keeps.
/// No pixel is decoded. Content that makes no sense on the way is left for the decoder to judge.
/// </summary>
internal static class FileEnd
{
    public static bool IsMissing(ImageFormat format, ReadOnlySpan<byte> file) => format switch
    {
        ImageFormat.Jpeg => IsMissingInJpeg(file),
        ImageFormat.Png => IsMissingInPng(file),
        ImageFormat.WebP => file.Length < 12 || 8L + BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) > file.Length,
        ImageFormat.Tiff => TiffExtent.IsBeyond(file),
        ImageFormat.Bmp => BmpHeader.Read(file) is not { } header || header.PixelEnd > file.Length,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    // Segment by segment, because Exif thumbnails inside a segment have end marks of their own (ITU-T T.81, B.1.1).
    private static bool IsMissingInJpeg(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (NextMarker(file, ref at) is { } marker)
        {
            if (marker == 0xD9)
            {
                return false;
            }

            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
            {
                continue;
            }

            if (at + 2 > file.Length)
            {
                return true;
            }

            at += BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
        }

        return true;
    }

    /// <summary>Steps behind the next marker; FF00 is a stuffed data byte, FFFF is fill.</summary>
    private static byte? NextMarker(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length)
        {
            var found = file[at..].IndexOf((byte)0xFF);
            if (found < 0 || at + found + 1 >= file.Length)
            {
                return null;
            }

            at += found + 1;
            if (file[at] is not (0x00 or 0xFF))
            {
                return file[at++];
            }
        }

        return null;
    }

    private static bool IsMissingInPng(ReadOnlySpan<byte> file)
    {
        var at = 8L;
        while (at + 12 <= file.Length)
        {
            var chunk = file[(int)at..];
            at += 12L + BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk[4..8].SequenceEqual("IEND"u8))
            {
                return at > file.Length;
            }
        }

        return true;
    }
}
