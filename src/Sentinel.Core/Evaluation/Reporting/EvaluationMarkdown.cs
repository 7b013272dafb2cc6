using System.Globalization;
using System.Text;

namespace Sentinel.Core.Evaluation.Reporting;

/// <summary>The words and tables of an evaluation's report, as Markdown that names its pictures by file.</summary>
internal sealed class EvaluationMarkdown(SeedSummary summary, ReportOrigin origin)
{
    private const string HowSettingsAreChosen = """
        A training splits the known-good images into three parts: one teaches, one decides between settings, one sets the thresholds and is used for nothing else.
        What is decided, how much positions borrow from each other and how much each kind of evidence counts, is decided by how well drawn (synthetic) defects
        are told from good images: families that nothing is trained on (a moved piece, a smoothed place, a shadow or gleam).
        Real labels decide nothing: the test images are first read when the model is finished and its thresholds are set.
        How the settings that Sentinel ships with were found stands in its docs/quality.md.
        """;

    private readonly StringBuilder _page = new();
    private readonly EvaluationReport _middle = summary.Middle.Report;

    public string Write(IReadOnlyList<CasePictures> pictures)
    {
        Origin();
        Summary();
        Line($"## ROC curve\n\n![Recall against false-alarm rate]({ReportFiles.Roc})\n");
        Line($"## Scores\n\nRatios (score / threshold) of the test images, as shares of each kind.\n\n![Histogram of the ratios]({ReportFiles.Scores})\n");
        Recall();
        Line($"Below, each image has its ratio and its verdict above it; its heatmap is coloured from 0.4 of the threshold on.\n");
        foreach (var (title, file, cases) in pictures)
        {
            Line($"## {title}\n\n{(cases.Count == 0 ? "None." : $"![{title}]({file})")}\n");
        }

        Line($"## How settings are chosen\n\n{HowSettingsAreChosen}");
        return _page.ToString();
    }

    private void Origin()
    {
        var seeds = summary.Seeds.Select(seed => seed.Seed).ToList();
        Line($"# Evaluation of {Cell(_middle.Set)}\n");
        Line($"`{origin.Command}`\n");
        Line($"Seed {string.Join(", ", seeds)}. Sentinel {origin.Sentinel}. {origin.Machine}. {origin.At:yyyy-MM-dd HH:mm} UTC.\n");
        if (seeds.Count > 1)
        {
            Line($"The summary has medians over {seeds.Count} seeds, the smallest and the largest in brackets; all else is of seed {summary.Middle.Seed}, whose image AUROC is the median.\n");
        }
    }

    private void Summary()
    {
        Line($"## Summary\n\n| figure | value |\n| --- | --- |");
        Row("test images", $"{_middle.GoodImages} good, {_middle.DefectiveImages} defective");
        Row("image AUROC, AP, best F1", $"{Text(r => r.Image.Auroc)}, {Text(r => r.Image.Ap)}, {Text(r => r.Image.F1Max)}");
        if (_middle.Pixel is not null)
        {
            Row("pixel AUROC, AP, AUPRO (0.3)", $"{Text(r => r.Pixel!.Auroc)}, {Text(r => r.Pixel!.Ap)}, {Text(r => r.Pixel!.Aupro)}");
        }

        Row($"false alarms at the line of {_middle.Threshold.Budget.ToString("0.##%", CultureInfo.InvariantCulture)}", Text(r => r.Threshold.FalseAlarmRate, "0.0%"));
        foreach (var defect in _middle.PerDefect.Keys)
        {
            Row($"{Cell(defect)}: AUROC, recall", $"{Text(r => r.PerDefect[defect].Auroc)}, {Text(r => r.Threshold.Recall[defect], "0%")}");
        }

        Row("denoising: a clean image against its copy", $"{Text(r => r.Denoising.CleanPsnr, "0.0")} dB");
        Row("denoising: noise of sigma 25/255", $"{Text(r => r.Denoising.NoisyPsnr, "0.0")} to {Text(r => r.Denoising.DenoisedPsnr, "0.0")} dB, gain {Text(r => r.Denoising.Gain, "0.0")} dB");
        if (_middle.Timing.TrainSeconds is not null)
        {
            Row("training", $"{Text(r => r.Timing.TrainSeconds!.Value, "0")} s, {Text(r => r.Timing.TrainImagesPerSecond!.Value, "0")} images/s");
        }

        Row("inspecting one image", $"{Text(r => r.Timing.InferMillisecondsPerImage, "0.0")} ms");
        Row("peak memory", $"{Text(r => r.PeakMemoryBytes / 1e6, "0")} MB");
        Line($"");
    }

    /// <summary>Good images stand in the same table: what is flagged among them are the false alarms.</summary>
    private void Recall()
    {
        Line($"## Flagged at the threshold\n\nRates with exact 95 % intervals (Clopper and Pearson).\n");
        Line($"| images of | number | flagged | rate | 95 % interval |\n| --- | ---: | ---: | ---: | --- |");
        foreach (var kind in _middle.Samples.GroupBy(sample => sample.Sample.Kind))
        {
            var (flagged, images) = (kind.Count(sample => sample.IsFlagged), kind.Count());
            var rate = RateInterval.ClopperPearson(flagged, images);
            Line($"| {Cell(kind.Key)} | {images} | {flagged} | {rate.Rate:0.0%} | {rate.Low:0.0%} to {rate.High:0.0%} |");
        }

        Line($"");
    }

    private string Text(Func<EvaluationReport, double> figure, string format = "0.000") => summary.Of(figure).ToText(format);

    private void Row(string figure, string value) => Line($"| {figure} | {value} |");

    /// <summary>Names of folders may hold what ends a table's cell.</summary>
    private static string Cell(string name) => name.Replace("|", "\\|", StringComparison.Ordinal);

    private void Line(FormattableString line) => _page.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
