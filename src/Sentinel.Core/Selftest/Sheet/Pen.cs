using Sentinel.Core.Reporting;
using SkiaSharp;

namespace Sentinel.Core.Selftest.Sheet;

/// <summary>Writes and draws on the sheet, in the letters of the plots.</summary>
internal sealed class Pen(SKCanvas canvas) : IDisposable
{
    public static readonly SKColor Ink = SKColor.Parse("#232329");
    public static readonly SKColor Pale = SKColor.Parse("#6b6b75");
    public static readonly SKColor Good = SKColor.Parse("#1b7f4d");
    public static readonly SKColor Bad = SKColor.Parse("#b3261e");
    public static readonly SKColor Paper = SKColor.Parse("#f1f2f5");

    private readonly SKTypeface _regular = PlotFont.Typeface(bold: false);
    private readonly SKTypeface _bold = PlotFont.Typeface(bold: true);
    private readonly SKPaint _paint = new() { IsAntialias = true };

    /// <summary>One line, from its foot on the left, or up to it on the right.</summary>
    public void Write(string text, float x, float y, float size, SKColor colour, bool bold = false, SKTextAlign align = SKTextAlign.Left)
    {
        using var font = new SKFont(bold ? _bold : _regular, size);
        _paint.Color = colour;
        canvas.DrawText(text, x, y, align, font, _paint);
    }

    /// <summary>Width of a line in pixels.</summary>
    public float WidthOf(string text, float size, bool bold = false)
    {
        using var font = new SKFont(bold ? _bold : _regular, size);
        return font.MeasureText(text);
    }

    /// <summary>The text in lines of that width at most, broken between words.</summary>
    public IReadOnlyList<string> Wrap(string text, float width, float size)
    {
        List<string> lines = [];
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && WidthOf($"{lines[^1]} {word}", size) <= width)
            {
                lines[^1] += $" {word}";
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }

    public void Fill(SKRect area, SKColor colour, float corner = 0)
    {
        _paint.Color = colour;
        canvas.DrawRoundRect(area, corner, corner, _paint);
    }

    public void Paste(SKBitmap picture, SKRect area)
    {
        using var image = SKImage.FromBitmap(picture);
        canvas.DrawImage(image, area, new SKSamplingOptions(SKCubicResampler.Mitchell));
    }

    public void Dispose()
    {
        _regular.Dispose();
        _bold.Dispose();
        _paint.Dispose();
    }
}
