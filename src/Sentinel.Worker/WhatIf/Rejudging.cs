using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.WhatIf;

/// <summary>Judges past images again. For another budget their stored scores are enough; for another model their originals are scored.</summary>
internal sealed class Rejudging(DataFolders folders, ModelRegistry registry, ImageLimits limits)
{
    /// <summary>Stored scores under other budgets, each by the calibration of the model that gave it.</summary>
    public Rejudgement UnderBudget(string product, IReadOnlyList<JudgedImage> images, Budgets budgets)
    {
        var calibrations = images.Select(image => image.ModelVersion).Distinct()
            .ToDictionary(version => version, version => CalibrationOf(product, version, budgets));
        return new Rejudgement(
            [.. images.Where(image => calibrations[image.ModelVersion] is not null).Select(image => Judge(image, image.Score, calibrations[image.ModelVersion]!))],
            images.Count(image => calibrations[image.ModelVersion] is null));
    }

    /// <summary>Originals that are still kept, scored by another version.</summary>
    /// <exception cref="ModelUnusableException">The version is missing or damaged.</exception>
    public async Task<Rejudgement> WithModelAsync(
        string product, IReadOnlyList<JudgedImage> images, string version, Budgets? budget, Action onImage, CancellationToken cancel)
    {
        using var torch = new TorchThread();
        using var detector = await Detector.LoadAsync(registry.FolderToLoad(product, version), torch);
        var calibration = budget is { } other ? Calibration.From(detector.Model.Calibration.Scores, other.FalseAlarm, other.Suspect) : detector.Model.Calibration;
        var judged = new List<Rejudged>();
        foreach (var image in images)
        {
            cancel.ThrowIfCancellationRequested();
            if (TryRead(image) is { } frame)
            {
                judged.Add(Judge(image, (await detector.InspectAsync(frame)).Score, calibration));
            }

            onImage();
        }

        return new Rejudgement(judged, images.Count - judged.Count);
    }

    private static Rejudged Judge(JudgedImage image, double score, Calibration calibration) =>
        new(image, Enum.Parse<Verdict>(image.Verdict, ignoreCase: true), calibration.Judge(score), score / calibration.Threshold);

    private Calibration? CalibrationOf(string product, string version, Budgets budgets)
    {
        try
        {
            return Calibration.From(registry.Read(product, version).Calibration.Scores, budgets.FalseAlarm, budgets.Suspect);
        }
        catch (ModelUnusableException)
        {
            return null;
        }
    }

    private Frame? TryRead(JudgedImage image)
    {
        try
        {
            return image.FiledPath is { } path ? ImageFile.Read(Path.Combine(folders.Root, path), limits) : null;
        }
        catch (Exception fault) when (fault is UnreadableImageException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
