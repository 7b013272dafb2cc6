using System.Globalization;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Evaluation.Reporting;

/// <summary>Test images from the top, each as it came, under its heatmap, and with its defect outlined where there is a mask of it.</summary>
internal static class CaseSheet
{
    private const int CellSize = 240;

    private static readonly string[] _columns = ["input", "heatmap", "outline"];

    /// <param name="cases">At least one.</param>
    /// <param name="limits">For reading images and masks.</param>
    /// <exception cref="UnreadableImageException">An image or its mask cannot be read any more.</exception>
    public static Frame Draw(IReadOnlyList<ScoredSample> cases, ImageLimits limits)
    {
        List<ContactSheetRow> rows = [.. cases.Select(one => new ContactSheetRow(Label(one), Pictures(one, limits)))];
        return ContactSheet.Compose(_columns[..rows.Max(row => row.Frames.Count)], rows, CellSize);
    }

    /// <summary><c>0.87 suspect: crack/17.png</c>; the name stands last, where a narrow sheet cuts it.</summary>
    private static string Label(ScoredSample one) => string.Create(
        CultureInfo.InvariantCulture,
        $"{one.Inspection.Ratio:0.00} {one.Inspection.Verdict.ToString().ToLowerInvariant()}: {one.Sample.Kind}/{Path.GetFileName(one.Sample.File)}");

    private static List<Frame> Pictures(ScoredSample one, ImageLimits limits)
    {
        var image = TestImage.Read(one.Sample.File, limits);
        var mask = DefectMask.Read(one.Sample, image.Width, image.Height, limits);
        var heatmap = Heatmap.Overlay(image, one.Inspection.Map, one.Inspection.Regions);
        return mask.Contains(true) ? [image, heatmap, MaskOutline.Draw(image, mask, CellSize)] : [image, heatmap];
    }
}
