using System.Globalization;
using ScottPlot;
using Sentinel.Core.Reporting;
using SkiaSharp;

namespace Sentinel.Core.Selftest.Sheet;

/// <summary>One rung on the sheet: what it is and its verdict, figures, what is wrong, then its exhibits, the first on the left and the others beside it.</summary>
internal sealed class RungCard(RungReport rung, int number, float width, Pen pen)
{
    private const float Margin = 24;
    private const float Line = 22;
    private const float TextSize = 14;
    private const float SideWidth = 400;

    private readonly float _inner = width - 2 * Margin;
    private readonly IReadOnlyList<string> _shows = pen.Wrap(rung.Shows, width - 2 * Margin, TextSize);
    private readonly IReadOnlyList<string> _wrong = pen.Wrap(rung.Explanation ?? "", width - 2 * Margin, TextSize);

    public float Height => Header + (rung.Exhibits.Count == 0 ? 0 : Math.Max(HeightOf(rung.Exhibits[0], MainWidth), rung.Exhibits.Skip(1).Sum(exhibit => HeightOf(exhibit, _inner - MainWidth)))) + Margin;

    private float Header => Margin + 30 + Line * (_shows.Count + 1 + _wrong.Count) + 12;

    private bool IsWide => width > 1000;

    private float PlotHeight => IsWide ? 250 : 320;

    private float MainWidth => IsWide ? _inner - SideWidth - Margin : rung.Exhibits.Count > 1 ? _inner / 2 : _inner;

    public void Draw(float left, float top, float height)
    {
        pen.Fill(SKRect.Create(left, top, width, height), SKColors.White, 10);
        var (x, y) = (left + Margin, top + Margin + 16);
        pen.Write($"{number}  {rung.Name}", x, y, 20, Pen.Ink, bold: true);
        DrawVerdict(left + width - Margin, y);
        y += 8;
        Lines(_shows, Pen.Pale);
        Lines([Figures()], Pen.Ink, bold: true);
        Lines(_wrong, Pen.Bad);
        DrawExhibits(x, top + Header);

        void Lines(IReadOnlyList<string> lines, SKColor colour, bool bold = false)
        {
            foreach (var line in lines)
            {
                y += Line;
                pen.Write(line, x, y, TextSize, colour, bold);
            }
        }
    }

    private float HeightOf(Exhibit exhibit, float width) => exhibit is Pictures pictures ? PictureGrid.Height(pictures, width) : PlotHeight;

    private void DrawVerdict(float right, float y)
    {
        var (word, colour) = rung.IsPassed ? ("PASSED", Pen.Good) : ("FAILED", Pen.Bad);
        var length = pen.WidthOf(word, TextSize, bold: true) + 24;
        pen.Fill(SKRect.Create(right - length, y - 19, length, 26), colour, 13);
        pen.Write(word, right - length / 2, y - 1, TextSize, SKColors.White, bold: true, SKTextAlign.Center);
    }

    private string Figures()
    {
        var figures = rung.Measures.Select(measure => $"{measure.Figure} ({measure.MustReach})");
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", figures.DefaultIfEmpty("No figure"))}, in {rung.Took.TotalSeconds:0.0} s");
    }

    private void DrawExhibits(float left, float top)
    {
        var y = top;
        foreach (var (i, exhibit) in rung.Exhibits.Index())
        {
            var (x, room) = i == 0 ? (left, MainWidth) : (left + width - 2 * Margin - (_inner - MainWidth), _inner - MainWidth);
            y = i == 1 ? top : y;
            if (exhibit is Pictures pictures)
            {
                PictureGrid.Draw(pen, pictures, x, y, room);
            }
            else
            {
                using var plot = exhibit is Curves curves ? ExhibitPlots.Of(curves) : ExhibitPlots.Of((Agreement)exhibit);
                using var bitmap = SKBitmap.Decode(plot.ToPng((int)room, (int)PlotHeight));
                pen.Paste(bitmap, SKRect.Create(MathF.Round(x), MathF.Round(y), bitmap.Width, bitmap.Height));
            }

            y += HeightOf(exhibit, room);
        }
    }
}
