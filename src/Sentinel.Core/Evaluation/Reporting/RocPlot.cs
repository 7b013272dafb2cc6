using System.Globalization;
using ScottPlot;
using Sentinel.Core.Reporting;

namespace Sentinel.Core.Evaluation.Reporting;

/// <summary>Recall against false-alarm rate over all thresholds: of every kind of defect, of all together, and where the model's own threshold lies.</summary>
internal static class RocPlot
{
    public static byte[] Draw(EvaluationReport report)
    {
        var plot = Plots.Create("", "share of good images flagged", "share of defective images flagged");
        var chance = plot.Add.Line(0, 0, 1, 1);
        (chance.Color, chance.LinePattern) = (Plots.Pale, LinePattern.Dotted);

        var good = Scores(report, sample => !sample.IsDefective);
        foreach (var (defect, figures) in report.PerDefect)
        {
            Curve(plot, good, Scores(report, sample => sample.Kind == defect), defect, figures.Auroc).LineWidth = 1.5f;
        }

        var all = Curve(plot, good, Scores(report, sample => sample.IsDefective), "all defects", report.Image.Auroc);
        (all.Color, all.LineWidth) = (Plots.Ink, 3);

        var recall = report.Samples.Where(s => s.Sample.IsDefective).Average(s => s.IsFlagged ? 1 : 0);
        var threshold = plot.Add.Marker(report.Threshold.FalseAlarmRate, recall, MarkerShape.FilledCircle, 12, Plots.Ink);
        threshold.LegendText = "at the threshold";
        plot.Axes.SetLimits(-0.01, 1.01, -0.01, 1.01);
        plot.ShowLegend(Alignment.LowerRight);
        return plot.ToPng(640, 600);
    }

    private static ScottPlot.Plottables.Scatter Curve(Plot plot, double[] good, double[] defective, string name, double area)
    {
        var curve = plot.Add.ScatterLine(RocCurve.Points(good, defective).Select(point => new Coordinates(point.FalseAlarmRate, point.Recall)).ToArray());
        curve.LegendText = string.Create(CultureInfo.InvariantCulture, $"{name}, area {area:0.000}");
        return curve;
    }

    private static double[] Scores(EvaluationReport report, Func<MvtecSample, bool> which) =>
        [.. report.Samples.Where(s => which(s.Sample)).Select(s => s.Inspection.Score)];
}
