using System.Globalization;
using Sentinel.Core.Evaluation.Reporting;
using SkiaSharp;

namespace Sentinel.Core.Selftest.Sheet;

/// <summary>The whole ladder as one picture: a card for each rung, two beside each other while they are plots, then one below the other.</summary>
public static class SelftestSheet
{
    /// <summary>Width of every sheet in pixels; the height follows from what is on it.</summary>
    public const int Width = 1640;

    private const float Margin = 20;
    private const float Head = 112;
    private const int Narrow = 4;

    public static byte[] Draw(LadderReport report, ReportOrigin origin)
    {
        using var measuring = new SKBitmap(1, 1);
        using var nowhere = new SKCanvas(measuring);
        using var ruler = new Pen(nowhere);
        var height = Lay(report, ruler, draw: false);

        using var bitmap = new SKBitmap(Width, (int)height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        using var pen = new Pen(canvas);
        pen.Fill(SKRect.Create(0, 0, Width, height), Pen.Paper);
        DrawHead(report, origin, pen);
        Lay(report, pen, draw: true);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static float Lay(LadderReport report, Pen pen, bool draw)
    {
        var top = Head;
        foreach (var row in Rows(report.Rungs.Count))
        {
            var width = (Width - Margin * (row.Length + 1)) / row.Length;
            RungCard[] cards = [.. row.Select(i => new RungCard(report.Rungs[i], i + 1, width, pen))];
            var height = cards.Max(card => card.Height);
            for (var i = 0; draw && i < cards.Length; i++)
            {
                cards[i].Draw(Margin + i * (width + Margin), top, height);
            }

            top += height + Margin;
        }

        return top;
    }

    private static IEnumerable<int[]> Rows(int rungs) => Enumerable.Range(0, Math.Min(Narrow, rungs)).Chunk(2).Concat(Enumerable.Range(0, rungs).Skip(Narrow).Chunk(1));

    private static void DrawHead(LadderReport report, ReportOrigin origin, Pen pen)
    {
        var failed = report.Rungs.Count(rung => !rung.IsPassed);
        var verdict = failed == 0 ? $"all {report.Rungs.Count} rungs passed" : $"{failed} of {report.Rungs.Count} rungs failed";
        pen.Write("Sentinel selftest", Margin + 4, 46, 30, Pen.Ink, bold: true);
        pen.Write(verdict, Width - Margin - 4, 46, 24, failed == 0 ? Pen.Good : Pen.Bad, bold: true, SKTextAlign.Right);
        pen.Write(origin.Machine, Margin + 4, 72, 14, Pen.Pale);
        pen.Write(
            string.Create(CultureInfo.InvariantCulture, $"{origin.Command}   seed {report.Seed}   {report.Took.TotalSeconds:0} s   Sentinel {origin.Sentinel}   {origin.At:yyyy-MM-dd HH:mm} UTC"),
            Margin + 4, 94, 14, Pen.Pale);
    }
}
