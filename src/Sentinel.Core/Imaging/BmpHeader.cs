using System.Buffers.Binary;

namespace Sentinel.Core.Imaging;

/// <summary>The header of a BMP file: what SkiaSharp does not tell before it decodes.</summary>
/// <param name="Width">Width in pixels, as the file says; it may be nonsense (0 or less).</param>
/// <param name="Height">Height in pixels, without the sign that tells bottom-up (positive) from top-down.</param>
/// <param name="IsGrey">Whether the image has a palette that holds nothing but greys.</param>
/// <param name="PixelEnd">Length the file must have to hold its last pixel, in bytes; 0 when its size is nonsense.</param>
internal sealed record BmpHeader(long Width, long Height, bool IsGrey, long PixelEnd)
{
    private const int FileHeader = 14;

    /// <summary>Null when the file is too short for its own header and palette.</summary>
    public static BmpHeader? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < FileHeader + 12)
        {
            return null;
        }

        var pixels = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(file[FileHeader..]);
        if (size == 12)
        {
            return Describe(file, pixels, size, Word(file, 18), Word(file, 20), bits: Word(file, 24), compression: 0, colours: 0, stored: 0);
        }

        if (file.Length < FileHeader + 40)
        {
            return null;
        }

        var (width, height) = (BinaryPrimitives.ReadInt32LittleEndian(file[18..]), BinaryPrimitives.ReadInt32LittleEndian(file[22..]));
        var (compression, stored) = (Double(file, 30), Double(file, 34));
        return Describe(file, pixels, size, width, Math.Abs((long)height), Word(file, 28), compression, Double(file, 46), stored);
    }

    private static BmpHeader? Describe(
        ReadOnlySpan<byte> file, long pixels, uint size, long width, long height, int bits, uint compression, uint colours, uint stored)
    {
        // 0: none, 3 and 6: none with colour masks; the others are run lengths. Some writers leave the last row's padding out.
        var isPlain = compression is 0 or 3 or 6;
        var row = (width * bits + 7) / 8;
        var end = width <= 0 || height is <= 0 or > int.MaxValue ? 0
            : isPlain ? pixels + (height - 1) * ((row + 3) / 4 * 4) + row
            : pixels + (long)stored;
        if (bits > 8)
        {
            return new BmpHeader(width, height, IsGrey: false, end);
        }

        var count = colours is 0 or > 256 ? 1 << bits : (int)colours;
        var entry = size == 12 ? 3 : 4;
        var palette = FileHeader + (long)size;
        count = (int)Math.Min(count, Math.Max(0, (pixels - palette) / entry));
        if (palette + (long)count * entry > file.Length)
        {
            return null;
        }

        var isGrey = count > 0;
        for (var i = 0; i < count; i++)
        {
            var colour = file.Slice((int)palette + i * entry, 3);
            isGrey &= colour[0] == colour[1] && colour[1] == colour[2];
        }

        return new BmpHeader(width, height, isGrey, end);
    }

    private static ushort Word(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static uint Double(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
}
