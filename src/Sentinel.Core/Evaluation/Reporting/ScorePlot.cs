using System.Globalization;
using ScottPlot;
using Sentinel.Core.Reporting;

namespace Sentinel.Core.Evaluation.Reporting;

/// <summary>A histogram of the ratios for each kind of image, one above the other on one axis, with the lines of the two thresholds through all.</summary>
internal static class ScorePlot
{
    private const int Bins = 30;

    // Of the distance between two rows.
    private const double Tallest = 0.9;

    private static readonly double[] _ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20, 50, 100, 200, 500, 1000];

    private static readonly Color _good = Color.FromHex("#0072b2");
    private static readonly Color _defective = Color.FromHex("#d55e00");

    public static byte[] Draw(EvaluationReport report)
    {
        var histogram = ScoreHistogram.Of(report.Samples, Bins);
        var plot = Plots.Create("", "score / threshold", "");
        var edges = histogram.Edges.Select(Math.Log10).ToArray();
        var scale = Tallest / histogram.Kinds.Max(kind => kind.Shares.Max());
        var rows = histogram.Kinds.Count;
        foreach (var (i, kind) in histogram.Kinds.Index())
        {
            var foot = rows - 1 - i;
            plot.Add.Bars(kind.Shares.Index().Where(bin => bin.Item > 0).Select(bin => new Bar
            {
                Position = (edges[bin.Index] + edges[bin.Index + 1]) / 2,
                Size = edges[bin.Index + 1] - edges[bin.Index],
                ValueBase = foot,
                Value = foot + (bin.Item * scale),
                FillColor = i == 0 ? _good : _defective,
                LineColor = Colors.White,
                LineWidth = 1,
            }).ToArray());
        }

        // Where few images calibrate, both lines are the same; the threshold's is drawn over the other.
        Line(plot, report.SuspectRatio, "suspect", Plots.Pale);
        Line(plot, 1, "threshold", Plots.Ink);
        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, rows).Select(foot => (double)foot)], [.. histogram.Kinds.Reverse().Select(kind => $"{kind.Kind} ({kind.Images})")]);
        plot.Axes.Bottom.TickGenerator = Ratios(histogram.Edges[0], histogram.Edges[^1]);
        plot.Axes.SetLimits(edges[0], edges[^1], -0.05, rows);
        plot.ShowLegend(Alignment.UpperRight);
        return plot.ToPng(800, 120 + (80 * rows));
    }

    private static void Line(Plot plot, double ratio, string name, Color colour)
    {
        var line = plot.Add.VerticalLine(Math.Log10(ratio), 2, colour);
        line.LegendText = name;
    }

    private static ScottPlot.TickGenerators.NumericManual Ratios(double low, double high)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        foreach (var ratio in _ticks.Where(ratio => ratio >= low && ratio <= high))
        {
            ticks.AddMajor(Math.Log10(ratio), ratio.ToString(CultureInfo.InvariantCulture));
        }

        return ticks;
    }
}
