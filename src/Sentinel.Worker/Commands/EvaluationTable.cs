using System.Globalization;
using Sentinel.Core.Evaluation;
using Spectre.Console;

namespace Sentinel.Worker.Commands;

/// <summary>An evaluation as people read it; with several seeds each figure is the median, with the smallest and the largest behind.</summary>
internal static class EvaluationTable
{
    public static void Show(IAnsiConsole console, SeedSummary summary)
    {
        var first = summary.Seeds[0].Report;
        var seeds = summary.Seeds.Count == 1 ? "" : $"; {summary.Seeds.Count} seeds, median (min to max)";
        Write(console, $"{first.Set}: {first.GoodImages} good and {first.DefectiveImages} defective test images{seeds}");
        Write(console, $"Images   AUROC {Text(r => r.Image.Auroc)}   AP {Text(r => r.Image.Ap)}   best F1 {Text(r => r.Image.F1Max)}");
        if (first.Pixel is not null)
        {
            Write(console, $"Pixels   AUROC {Text(r => r.Pixel!.Auroc)}   AP {Text(r => r.Pixel!.Ap)}   AUPRO {Text(r => r.Pixel!.Aupro)}");
        }

        var (low, high) = (summary.Of(r => r.Threshold.FalseAlarmInterval[0]).Median, summary.Of(r => r.Threshold.FalseAlarmInterval[1]).Median);
        Write(console, $"Threshold from good images only, budget {first.Threshold.Budget:0.##%}: {Text(r => r.Threshold.FalseAlarmRate, "0.0%")} of good images flagged (95 % interval {low:0.0%} to {high:0.0%})");

        var table = new Table().Border(TableBorder.Rounded).AddColumn("defect");
        foreach (var title in (string[])["images", "AUROC", "caught"])
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (var (defect, figures) in first.PerDefect)
        {
            table.AddRow(Markup.Escape(defect), $"{figures.Images}", Text(r => r.PerDefect[defect].Auroc), Text(r => r.Threshold.Recall[defect], "0%"));
        }

        console.Write(table);
        var (noisy, denoised) = (Text(r => r.Denoising.NoisyPsnr, "0.0"), Text(r => r.Denoising.DenoisedPsnr, "0.0"));
        Write(console, $"Denoising   clean image kept at {Text(r => r.Denoising.CleanPsnr, "0.0")} dB   noise {noisy} -> {denoised} dB, gain {Text(r => r.Denoising.Gain, "0.0")} dB");
        if (first.Timing.TrainSeconds is not null)
        {
            Write(console, $"Training    {Text(r => r.Timing.TrainSeconds!.Value, "0")} s, {Text(r => r.Timing.TrainImagesPerSecond!.Value, "0")} images/s");
        }

        Write(console, $"Inspection  {Text(r => r.Timing.InferMillisecondsPerImage, "0.0")} ms per image   peak memory {Text(r => r.PeakMemoryBytes / 1e6, "0")} MB");

        string Text(Func<EvaluationReport, double> figure, string format = "0.000") => summary.Of(figure).ToText(format);
    }

    private static void Write(IAnsiConsole console, FormattableString line) => console.Profile.Out.Writer.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
