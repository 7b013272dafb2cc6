using Sentinel.Core.Evaluation.Reporting;
using Sentinel.Core.Imaging;
using Sentinel.Core.Selftest;
using Sentinel.Core.Selftest.Sheet;
using Sentinel.Core.Torch;
using SkiaSharp;

namespace Sentinel.Core.Tests.Selftest;

public sealed class SelftestSheetTests
{
    private const int HeadHeight = 110;

    private static readonly SKColor _red = SKColor.Parse("#b3261e");
    private static readonly SKColor _green = SKColor.Parse("#1b7f4d");

    [Fact]
    public void Every_picture_and_every_plot_is_on_it_in_its_colours()
    {
        using var sheet = Draw(
            Rung(null, new Pictures([new("one", [Flat(0.9f, 0.1f, 0.8f)]), new("two", [Flat(0.1f, 0.8f, 0.9f)])])),
            Rung(null, new Curves("Line", "x", [new("predicted", Stroke.Predicted, [0, 1], [0, 1])]), new Agreement([new("all", [0, 1], [0, 1])])));

        sheet.Width.ShouldBe(SelftestSheet.Width);
        Count(sheet, new SKColor(230, 26, 204)).ShouldBeGreaterThan(5_000);
        Count(sheet, new SKColor(26, 204, 230)).ShouldBeGreaterThan(5_000);
        sheet.Pixels.Count(pixel => pixel.Red < 100 && pixel.Blue > 130).ShouldBeGreaterThan(400); // A line and points, softened at their edges.
        Count(sheet, _green).ShouldBeGreaterThan(1_000);
        Count(sheet, _red).ShouldBe(0);
    }

    [Fact]
    public void A_failed_rung_says_in_red_what_is_wrong_and_takes_the_room_that_needs()
    {
        using var passed = Draw(Rung(null), Rung(null));
        using var failed = Draw(Rung(null), Rung(string.Join(' ', Enumerable.Repeat("The memory is unreliable.", 20))));

        failed.Height.ShouldBeGreaterThan(passed.Height + 60);
        Count(failed, _red).ShouldBeGreaterThan(3_000);
    }

    [Fact]
    public void Every_rung_of_the_ladder_is_drawn_even_when_none_came_to_a_figure()
    {
        using var sheet = Draw([.. Enumerable.Repeat(Rung("Nothing works."), Ladder.Lecture.Count)]);

        var badges = Enumerable.Range(HeadHeight, sheet.Height - HeadHeight).Count(y => IsBadge(sheet, y) && !IsBadge(sheet, y - 1));
        badges.ShouldBe(4); // Two rungs beside each other, twice, and two below each other.
    }

    private static bool IsBadge(SKBitmap sheet, int y) => Enumerable.Range(SelftestSheet.Width - 140, 90).Count(x => sheet.GetPixel(x, y) == _red) > 30;

    private static SKBitmap Draw(params RungReport[] rungs)
    {
        var origin = new ReportOrigin("sentinel selftest", "1.2.3", "2 cores", new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        return SKBitmap.Decode(SelftestSheet.Draw(new LadderReport(1, TimeSpan.FromSeconds(5), MachineFacts.Read(), rungs), origin));
    }

    private static RungReport Rung(string? explanation, params Exhibit[] exhibits) =>
        new("A rung", "It shows something.", TimeSpan.FromSeconds(1), [new Measure("RMSE", 0.01, "", 0.05, HigherIsBetter: false)], exhibits, explanation);

    private static StandardImage Flat(params float[] colour) => new(8, 8, 3, [.. colour.SelectMany(value => Enumerable.Repeat(value, 64))]);

    private static int Count(SKBitmap sheet, SKColor colour) => sheet.Pixels.Count(pixel => pixel == colour);
}
