using System.Globalization;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Demo;

/// <summary>The contact sheet: the first image of each kind, as it came, denoised, and with its heatmap.</summary>
internal sealed class DemoSheet(DataFolders folders, ImageLimits limits)
{
    private const int CellSize = 240;

    /// <summary>Draws the sheet from the files that the host wrote.</summary>
    public Frame Draw(IEnumerable<DemoVerdict> verdicts) => ContactSheet.Compose(
        ["input", "denoised", "heatmap"],
        [.. verdicts.DistinctBy(verdict => verdict.Dropped.What).Select(verdict => new ContactSheetRow(Label(verdict), Pictures(verdict)))],
        CellSize);

    private static string Label(DemoVerdict verdict) => string.Create(
        CultureInfo.InvariantCulture, $"{verdict.Dropped.What}: {Word(verdict.Report.Verdict)}, {verdict.Report.Ratio:0.00} of the threshold");

    private List<Frame> Pictures(DemoVerdict verdict) =>
        [verdict.Dropped.Image, .. new[] { verdict.Report.Denoised, verdict.Report.Heatmap }.OfType<string>().Select(Read)];

    private Frame Read(string path) => ImageFile.Read(Path.Combine(folders.Root, path), limits);

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}
