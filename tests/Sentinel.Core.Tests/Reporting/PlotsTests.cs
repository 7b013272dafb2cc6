using ScottPlot;
using Sentinel.Core.Reporting;
using SkiaSharp;

namespace Sentinel.Core.Tests.Reporting;

public sealed class PlotsTests
{
    [Fact]
    public void Title_and_axes_are_lettered()
    {
        using var bare = Plots.Create("", "", "");
        using var lettered = Plots.Create("Known-good images", "score", "images");

        Ink(lettered, above: 30).ShouldBeGreaterThan(Ink(bare, above: 30) + 200);
        Ink(lettered).ShouldBeGreaterThan(Ink(bare) + 400);
    }

    [Fact]
    public void Letters_are_not_boxes_that_stand_for_missing_ones()
    {
        using var narrow = Plots.Create("iiiiiiii", "", "");
        using var wide = Plots.Create("MMMMMMMM", "", "");

        Ink(wide, above: 30).ShouldBeGreaterThan(2 * Ink(narrow, above: 30));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_come_from_the_font_that_is_built_in_and_from_no_font_of_the_machine(bool bold)
    {
        using var plot = Plots.Create("", "", "");
        var used = Fonts.GetTypeface(plot.Axes.Title.Label.FontName, bold, italic: false);

        used.GlyphCount.ShouldBeLessThan(300); // The whole font has over 5,000.
        used.FontWeight.ShouldBe(bold ? 700 : 400);
        used.ContainsGlyphs("0123456789 AZaz äöüßéñ × ± ° ≤ ≥ → µ …").ShouldBeTrue();
    }

    /// <summary>Pixels that are not white.</summary>
    private static int Ink(Plot plot, int above = int.MaxValue)
    {
        using var picture = SKBitmap.Decode(plot.ToPng(400, 300));
        return picture.Pixels.Take(above < picture.Height ? above * picture.Width : picture.Pixels.Length).Count(pixel => pixel != SKColors.White);
    }
}
