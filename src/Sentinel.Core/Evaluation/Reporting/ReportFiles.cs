using Sentinel.Core.Imaging;

namespace Sentinel.Core.Evaluation.Reporting;

/// <summary>The report of an evaluation: <c>report.md</c> with its pictures beside it.</summary>
public static class ReportFiles
{
    public const string Page = "report.md";

    internal const string Roc = "roc.png";
    internal const string Scores = "scores.png";

    private const int MostCases = 6;

    /// <summary>Draws and writes everything; files of these names are replaced.</summary>
    /// <param name="folder">Folder that is there.</param>
    /// <param name="summary">What was measured, with its samples.</param>
    /// <param name="origin">By what and on what.</param>
    /// <param name="limits">For reading the test images that are shown.</param>
    /// <exception cref="UnreadableImageException">A test image or its mask cannot be read any more.</exception>
    public static void Write(string folder, SeedSummary summary, ReportOrigin origin, ImageLimits limits)
    {
        var shown = summary.Middle.Report;
        File.WriteAllBytes(Path.Combine(folder, Roc), RocPlot.Draw(shown));
        File.WriteAllBytes(Path.Combine(folder, Scores), ScorePlot.Draw(shown));

        var cases = TellingCases.Of(shown.Samples, MostCases);
        CasePictures[] pictures =
        [
            new("Good images that scored highest", "false-alarms.png", cases.FalseAlarms),
            new("Defects that scored lowest", "misses.png", cases.Misses),
            new("Plain catches", "catches.png", cases.Catches),
        ];
        foreach (var (_, file, samples) in pictures.Where(picture => picture.Cases.Count > 0))
        {
            ImageFile.WritePng(Path.Combine(folder, file), CaseSheet.Draw(samples, limits));
        }

        File.WriteAllText(Path.Combine(folder, Page), new EvaluationMarkdown(summary, origin).Write(pictures));
    }
}

/// <summary>One section of cases and the file of its contact sheet.</summary>
internal sealed record CasePictures(string Title, string File, IReadOnlyList<ScoredSample> Cases);
