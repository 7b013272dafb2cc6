using System.Globalization;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Reporting;

namespace Sentinel.Worker.WhatIf;

/// <summary>The answer with pictures, as one HTML file.</summary>
internal static class WhatIfPage
{
    private const int MostPictures = 120;

    public static string Html(string question, string? remark, Rejudgement answer, DataFolders folders, ImageLimits limits)
    {
        var page = new ReportPage(question).Table(
            ["verdict", "before", "after"],
            Enum.GetValues<Verdict>().Select(verdict => (IReadOnlyList<string>)[Word(verdict), $"{answer.CountOf(verdict).Before}", $"{answer.CountOf(verdict).After}"]));
        if (remark is not null)
        {
            page.Paragraph(remark);
        }

        if (answer.LeftOut > 0)
        {
            page.Paragraph($"{answer.LeftOut} images could not be judged again: their model or their original is gone.");
        }

        Show(page, "Newly flagged", [.. answer.NewlyFlagged], folders, limits);
        Show(page, "Newly passed", [.. answer.NewlyPassed], folders, limits);
        return page.ToString();
    }

    private static void Show(ReportPage page, string heading, IReadOnlyList<Rejudged> images, DataFolders folders, ImageLimits limits)
    {
        page.Heading($"{heading}: {images.Count}");
        foreach (var image in images.Take(MostPictures))
        {
            page.Picture(
                image.Image.FiledPath is { } path ? Path.Combine(folders.Root, path) : "", image.Image.File,
                string.Create(CultureInfo.InvariantCulture, $"{Word(image.Before)} to {Word(image.After)}, {image.Ratio:0.00} of the threshold"), limits);
        }

        if (images.Count > MostPictures)
        {
            page.Paragraph($"And {images.Count - MostPictures} more.");
        }
    }

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}
