using Sentinel.Core.Imaging;
using SkiaSharp;

namespace Sentinel.Core.Selftest.Sheet;

/// <summary>The exhibit of pictures: rows with their names before them.</summary>
internal static class PictureGrid
{
    private const float NameWidth = 120;
    private const float Gap = 6;
    private const float LargestCell = 154;

    public static float Height(Pictures pictures, float width) => pictures.Rows.Count * (Cell(pictures, width) + Gap);

    public static void Draw(Pen pen, Pictures pictures, float left, float top, float width)
    {
        var cell = Cell(pictures, width);
        foreach (var (row, content) in pictures.Rows.Index())
        {
            var y = top + row * (cell + Gap);
            pen.Write(content.Name, left, y + cell / 2 + 4, 13, Pen.Pale);
            foreach (var (column, image) in content.Images.Index())
            {
                using var bitmap = Bitmap(image);
                pen.Paste(bitmap, SKRect.Create(left + NameWidth + column * (cell + Gap), y, cell, cell));
            }
        }
    }

    private static float Cell(Pictures pictures, float width)
    {
        var columns = pictures.Rows.Max(row => row.Images.Count);
        return MathF.Floor(Math.Min(LargestCell, (width - NameWidth) / columns - Gap));
    }

    private static SKBitmap Bitmap(StandardImage image)
    {
        var area = image.Width * image.Height;
        return new SKBitmap(image.Width, image.Height, SKColorType.Bgra8888, SKAlphaType.Opaque)
        {
            Pixels = [.. Enumerable.Range(0, area).Select(i => new SKColor(Sample(i, 0), Sample(i, 1), Sample(i, 2)))],
        };

        byte Sample(int i, int channel) => (byte)(Math.Clamp(image.Samples[Math.Min(channel, image.Channels - 1) * area + i], 0, 1) * 255 + 0.5f);
    }
}
