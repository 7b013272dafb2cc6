using Sentinel.Core.Imaging;
using Sentinel.Core.Training;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Promotion;

/// <summary>The images of a product that people have judged, where they lie now.</summary>
internal sealed class ReviewedFiles(DataFolders folders, ReviewLedger reviews)
{
    private static readonly EnumerationOptions _below = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden };

    /// <summary>Every image in <c>defects/&lt;product&gt;</c>, and every one in <c>good/</c> that had been flagged: the last word on each holds.</summary>
    public IReadOnlyList<ReviewedImage> Of(string product)
    {
        var defects = Path.Combine(folders.Defects, product);
        var shown = Directory.Exists(defects)
            ? Directory.EnumerateFiles(defects, "*", _below).Where(ImageFile.IsImageName).Order(StringComparer.Ordinal)
            : Enumerable.Empty<string>();
        var falseAlarms = reviews.Of(product)
            .GroupBy(review => review.Image)
            .Select(words => words.Last())
            .Where(review => review.Outcome == ReviewOutcomes.FalseAlarm)
            .Select(review => Path.Combine(folders.Root, review.Path))
            .Where(File.Exists);
        return [.. shown.Select(path => new ReviewedImage(path, ShowsDefect: true)), .. falseAlarms.Select(path => new ReviewedImage(path, ShowsDefect: false))];
    }
}
