using Sentinel.Core.Imaging;
using Sentinel.Core.Models;

namespace Sentinel.Core.Training.Gate;

/// <summary>A held-out good image.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="IsIndependent">Whether the challenger's thresholds come from other images.</param>
internal sealed record HeldOutImage(string Path, bool IsIndependent);

/// <summary>The images that two models are compared on: good ones that neither learnt from, and what people have judged.</summary>
internal sealed record GateImages(IReadOnlyList<HeldOutImage> Good, IReadOnlyList<ReviewedImage> Reviewed, IReadOnlyList<string> Notes)
{
    // Fewer than this say nothing; then images that the champion learnt from are better than none, and are no advantage to the challenger.
    private const int Fewest = 8;

    /// <param name="goodFolder">Where the challenger's known-good images lie.</param>
    /// <param name="challenger">The challenger's manifest.</param>
    /// <param name="champion">The champion's manifest, or null.</param>
    /// <param name="reviewed">Images that people have judged.</param>
    public static GateImages Choose(string goodFolder, ModelManifest challenger, ModelManifest? champion, IReadOnlyList<ReviewedImage> reviewed)
    {
        var training = challenger.Training;
        var selection = training.Selection.ToHashSet(StringComparer.Ordinal);
        var heldOut = training.Selection.Concat(training.Calibration)
            .Where(name => File.Exists(Path.Combine(goodFolder, name)))
            .Select(name => (Hash: training.Images[name], Image: new HeldOutImage(Path.Combine(goodFolder, name), selection.Contains(name))))
            .ToList();
        var learnt = champion is null ? [] : LearntFrom(champion.Training);
        var fair = heldOut.Where(image => !learnt.Contains(image.Hash)).ToList();
        var notes = new List<string>();
        if (fair.Count < Math.Min(Fewest, heldOut.Count))
        {
            fair = heldOut;
            notes.Add($"Model {champion!.Version} learnt from most of the held-out images: they favour it.");
        }

        var present = reviewed.Where(image => File.Exists(image.Path)).ToList();
        return new GateImages([.. fair.Select(image => image.Image)], present, notes);
    }

    private static HashSet<string> LearntFrom(TrainingRecord training)
    {
        var heldOut = training.Selection.Concat(training.Calibration).ToHashSet(StringComparer.Ordinal);
        return [.. training.Images.Where(image => !heldOut.Contains(image.Key)).Select(image => image.Value)];
    }

    /// <summary>Reads an image, or says why it cannot take part.</summary>
    internal static Frame? TryRead(string path, ImageLimits limits, ICollection<string> notes)
    {
        try
        {
            return ImageFile.Read(path, limits);
        }
        catch (Exception fault) when (fault is UnreadableImageException or FileNotFoundException or DirectoryNotFoundException)
        {
            notes.Add($"{Path.GetFileName(path)} could not be compared: {fault.Message}");
            return null;
        }
    }
}
