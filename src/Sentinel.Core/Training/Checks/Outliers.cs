using System.Diagnostics;
using MathNet.Numerics.Distributions;
using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Drift;
using Sentinel.Core.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training.Checks;

/// <summary>
/// Images that look as if they did not belong among the good ones: each is scored by what the general encoder sees in it against what each
/// position shows, fitted to the images of the other folds, so that no image excuses itself. Scores of good images are taken for log-normal.
/// </summary>
internal static class Outliers
{
    /// <summary>No good image is left out, by this confidence over all images together (Bonferroni).</summary>
    public const double Confidence = 0.999;

    private const int Folds = 5;
    private const int Directions = 64;
    private const int ImagesForProjection = 48;

    /// <summary>Where more stand out, standing out is how the product looks.</summary>
    private const double LargestShare = 0.2;

    private static readonly Sharing _sharing = new(Neighbours: true, Spread: 0.2, Mean: 0);

    /// <param name="pictures">Known-good pictures.</param>
    /// <param name="time">How long looking at them may take; the first ones are looked at.</param>
    /// <param name="onWork">Called after each step of the search.</param>
    /// <param name="cancel">Ends the search.</param>
    public static IReadOnlyList<(GoodPicture Picture, string Reason)> Find(
        IReadOnlyList<GoodPicture> pictures, TimeSpan time, Action? onWork, CancellationToken cancel)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var encoder = GeneralEncoder.Load();
        var seen = Look(encoder, pictures, time, onWork, cancel);
        var scores = LeaveOutScores(seen, onWork);
        var range = UsualRange.Of(scores);
        var line = Normal.InvCDF(0, 1, 1 - (1 - Confidence) / scores.Length);
        var outliers = scores
            .Select((score, i) => (Picture: pictures[i], Distance: (score - range.Median) / Math.Max(range.Spread, 0.02)))
            .Where(image => image.Distance > line)
            .ToList();
        return outliers.Count > LargestShare * scores.Length
            ? []
            : [.. outliers.Select(image => (
                image.Picture,
                $"an outlier among the known-good images: {image.Distance:0.0} spreads from the others, more than the {line:0.0} of {Confidence:P1} confidence"))];
    }

    /// <summary>What the encoder sees in each, [N, D, h, w].</summary>
    private static Tensor Look(
        GeneralEncoder encoder, IReadOnlyList<GoodPicture> pictures, TimeSpan time, Action? onWork, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var first = pictures.Take(ImagesForProjection).Select(picture => Features(encoder, picture.Standard)).ToList();
        var projection = Projection.Fit(cat([.. first]), Directions);
        var seen = first.ConvertAll(features => Projection.Apply(projection, features).to_type(ScalarType.Float16));
        foreach (var picture in pictures.Skip(ImagesForProjection))
        {
            cancel.ThrowIfCancellationRequested();
            onWork?.Invoke();
            if (clock.Elapsed > time)
            {
                break;
            }

            using var image = NewDisposeScope();
            seen.Add(Projection.Apply(projection, Features(encoder, picture.Standard)).to_type(ScalarType.Float16).MoveToOuterDisposeScope());
        }

        return cat([.. seen]);
    }

    private static Tensor Features(GeneralEncoder encoder, StandardImage image)
    {
        using var scope = NewDisposeScope();
        var input = tensor(image.Samples, [1, image.Channels, image.Height, image.Width]);
        var onGrid = encoder.Features(input).Skip(1).Select(map => Grid.Mean(map, image.Height));
        return cat([.. onGrid], 1).MoveToOuterDisposeScope();
    }

    private static double[] LeaveOutScores(Tensor seen, Action? onWork)
    {
        var count = seen.shape[0];
        var scores = new double[count];
        for (var fold = 0; fold < Folds; fold++)
        {
            onWork?.Invoke();
            using var scope = NewDisposeScope();
            long[] held = [.. Enumerable.Range(0, (int)count).Where(i => i % Folds == fold).Select(i => (long)i)];
            long[] others = [.. Enumerable.Range(0, (int)count).Where(i => i % Folds != fold).Select(i => (long)i)];
            var normal = NormalErrors.Fit(seen.index_select(0, tensor(others)), _sharing);
            var peaks = normal.Distances(seen.index_select(0, tensor(held))).amax([1, 2, 3]).log();
            foreach (var (index, peak) in held.Zip(peaks.data<float>().ToArray()))
            {
                scores[index] = peak;
            }
        }

        return scores;
    }
}
