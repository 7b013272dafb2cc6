using ScottPlot;
using SkiaSharp;

namespace Sentinel.Core.Reporting;

/// <summary>
/// The typeface of every plot: the Latin part of DejaVu Sans, regular and bold, which is built in because a bare server has no fonts. The same
/// letters are drawn on every machine.
/// </summary>
internal sealed class PlotFont : IFontResolver
{
    /// <summary>No installed font has this name, so that nothing else can answer to it.</summary>
    public const string Name = "Sentinel Plot";

    /// <summary>A new typeface; whoever asks disposes of it.</summary>
    public static SKTypeface Typeface(bool bold)
    {
        var file = bold ? "DejaVuSans-Bold-Latin.ttf" : "DejaVuSans-Latin.ttf";
        using var stream = typeof(PlotFont).Assembly.GetManifestResourceStream(file)!;
        return SKTypeface.FromStream(stream) ?? throw new InvalidOperationException($"SkiaSharp cannot read the built-in font {file}.");
    }

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        CreateTypeface(fontName, weight >= FontWeight.SemiBold, slant is not FontSlant.Upright);

    /// <summary>There are no italics; upright letters stand in for them.</summary>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Typeface(bold) : null;
}
