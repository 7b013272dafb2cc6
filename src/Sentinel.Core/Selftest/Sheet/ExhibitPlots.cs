using ScottPlot;
using Sentinel.Core.Reporting;

namespace Sentinel.Core.Selftest.Sheet;

/// <summary>The exhibits that are plots.</summary>
internal static class ExhibitPlots
{
    // A plot of all samples of ten images would be a black bar.
    private const int MostPoints = 600;

    public static Plot Of(Curves curves)
    {
        var plot = Plots.Create(curves.Title, curves.Horizontal, "");
        foreach (var (series, colour) in Coloured(plot, curves.Series))
        {
            var points = plot.Add.Scatter(series.X, series.Y, colour);
            points.LegendText = series.Name;
            (points.LineWidth, points.MarkerSize) = series.Stroke switch
            {
                Stroke.Expected => (7, 0),
                Stroke.Predicted => (2, 0),
                Stroke.Sample => (0, 4),
                Stroke.ExpectedPoint => (0, 10),
                _ => (0, 5),
            };
        }

        // Room for the legend above the data.
        var (low, high) = (curves.Series.Min(series => series.Y.Min()), curves.Series.Max(series => series.Y.Max()));
        plot.Axes.SetLimitsY(low - 0.05 * (high - low), high + (0.15 + 0.1 * curves.Series.Count) * (high - low));
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.ShowLegend(Alignment.UpperCenter);
        return plot;
    }

    public static Plot Of(Agreement agreement)
    {
        var plot = Plots.Create("Predicted over expected", "expected", "");
        var (low, high) = (agreement.Pairs.Min(pairs => pairs.Expected.Min()), agreement.Pairs.Max(pairs => pairs.Expected.Max()));
        var diagonal = plot.Add.Line(low, low, high, high);
        (diagonal.Color, diagonal.LinePattern) = (Plots.Pale, LinePattern.Dotted);
        foreach (var (i, pairs) in agreement.Pairs.Index())
        {
            var every = Math.Max(1, pairs.Expected.Length / MostPoints);
            var kept = pairs.Expected.Zip(pairs.Predicted).Where((_, i) => i % every == 0).ToList();
            var points = plot.Add.ScatterPoints(kept.Select(pair => pair.First).ToArray(), kept.Select(pair => pair.Second).ToArray(), plot.Add.Palette.GetColor(i));
            (points.MarkerSize, points.LegendText) = (4, agreement.Pairs.Count > 1 ? pairs.Name : "");
        }

        plot.ShowLegend(Alignment.LowerRight);
        return plot;
    }

    /// <summary>What is predicted takes the colours in turn, what was expected of it the same colour, pale.</summary>
    private static IEnumerable<(Series Series, Color Colour)> Coloured(Plot plot, IEnumerable<Series> all)
    {
        var predicted = 0;
        foreach (var series in all)
        {
            var colour = plot.Add.Palette.GetColor(predicted);
            predicted += series.Stroke is Stroke.Predicted or Stroke.PredictedPoint ? 1 : 0;
            yield return (series, series.Stroke switch
            {
                Stroke.Sample => Plots.Pale.WithAlpha(0.5),
                Stroke.Expected or Stroke.ExpectedPoint => colour.WithAlpha(0.3),
                _ => colour,
            });
        }
    }
}
