using System.Globalization;
using Sentinel.Core.Evaluation;
using Spectre.Console;

namespace Sentinel.Worker.Commands;

/// <summary>An evaluation as people read it.</summary>
internal static class EvaluationTable
{
    public static void Show(IAnsiConsole console, EvaluationReport report)
    {
        Write(console, $"{report.Set}: {report.GoodImages} good and {report.DefectiveImages} defective test images");
        Write(console, $"Images   AUROC {report.Image.Auroc:0.000}   AP {report.Image.Ap:0.000}   best F1 {report.Image.F1Max:0.000}");
        if (report.Pixel is { } pixel)
        {
            Write(console, $"Pixels   AUROC {pixel.Auroc:0.000}   AP {pixel.Ap:0.000}   AUPRO {pixel.Aupro:0.000}");
        }

        var threshold = report.Threshold;
        Write(console, $"Threshold from good images only, budget {threshold.Budget:0.##%}: {threshold.FalseAlarmRate:0.0%} of good images flagged (95 % interval {threshold.FalseAlarmInterval[0]:0.0%} to {threshold.FalseAlarmInterval[1]:0.0%})");

        var table = new Table().Border(TableBorder.Rounded).AddColumn("defect");
        foreach (var title in (string[])["images", "AUROC", "caught"])
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (var (defect, figures) in report.PerDefect)
        {
            table.AddRow(new Text(defect), Cell($"{figures.Images}"), Cell($"{figures.Auroc:0.000}"), Cell($"{threshold.Recall[defect]:0%}"));
        }

        console.Write(table);
        var denoising = report.Denoising;
        Write(console, $"Denoising   clean image kept at {denoising.CleanPsnr:0.0} dB   noise {denoising.NoisyPsnr:0.0} -> {denoising.DenoisedPsnr:0.0} dB, gain {denoising.Gain:0.0} dB");
        if (report.Timing.TrainSeconds is { } seconds)
        {
            Write(console, $"Training    {seconds:0} s, {report.Timing.TrainImagesPerSecond:0} images/s");
        }

        Write(console, $"Inspection  {report.Timing.InferMillisecondsPerImage:0.0} ms per image   peak memory {report.PeakMemoryBytes / 1e6:0} MB");
    }

    private static Text Cell(FormattableString text) => new(text.ToString(CultureInfo.InvariantCulture));

    private static void Write(IAnsiConsole console, FormattableString line) => console.Profile.Out.Writer.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
