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
/// Images that look as if they did not belong among the good ones: each is scored by what the general encoder sees in it against Gaussians per
/// position fitted to the images of the other folds, so that no image excuses itself. Scores of good images are taken for log-normal.
/// </summary>
internal static class Outliers
{
    /// <summary>No good image is left out, by this confidence over all images together (Bonferroni).</summary>
    public const double Confidence = 0.999;

    private const int Folds = 5;
    private const int Directions = 24;
    private const int ImagesForProjection = 48;

    /// <summary>Where more stand out, standing out is how the product looks.</summary>
    private const double LargestShare = 0.2;

    private static readonly Sharing _sharing = new(Neighbours: true, Covariance: 0.2, Mean: 0);

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
        var (seen, width) = Look(encoder, pictures, time, onWork, cancel);
        var scores = LeaveOutScores(seen, width, onWork);
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

    /// <summary>What the encoder sees in each, [P, N, D].</summary>
    private static (Tensor Seen, int GridWidth) Look(
        GeneralEncoder encoder, IReadOnlyList<GoodPicture> pictures, TimeSpan time, Action? onWork, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var first = pictures.Take(ImagesForProjection).Select(picture => Features(encoder, picture.Standard)).ToList();
        var projection = ErrorProjection.Fit(cat([.. first]), Directions);
        var seen = first.ConvertAll(features => ErrorProjection.Apply(projection, features));
        foreach (var picture in pictures.Skip(ImagesForProjection))
        {
            cancel.ThrowIfCancellationRequested();
            onWork?.Invoke();
            if (clock.Elapsed > time)
            {
                break;
            }

            using var image = NewDisposeScope();
            seen.Add(ErrorProjection.Apply(projection, Features(encoder, picture.Standard)).MoveToOuterDisposeScope());
        }

        return (cat([.. seen], 1), (int)first[0].shape[3]);
    }

    private static Tensor Features(GeneralEncoder encoder, StandardImage image)
    {
        using var scope = NewDisposeScope();
        var input = tensor(image.Samples, [1, image.Channels, image.Height, image.Width]);
        var onGrid = encoder.Features(input).Skip(1).Select(map => Grid.Mean(map, image.Height));
        return cat([.. onGrid], 1).MoveToOuterDisposeScope();
    }

    private static double[] LeaveOutScores(Tensor seen, int gridWidth, Action? onWork)
    {
        var count = seen.shape[1];
        var scores = new double[count];
        for (var fold = 0; fold < Folds; fold++)
        {
            onWork?.Invoke();
            using var scope = NewDisposeScope();
            long[] held = [.. Enumerable.Range(0, (int)count).Where(i => i % Folds == fold).Select(i => (long)i)];
            long[] others = [.. Enumerable.Range(0, (int)count).Where(i => i % Folds != fold).Select(i => (long)i)];
            var normal = NormalErrors.Fit(seen.index_select(1, tensor(others)), gridWidth, _sharing);
            var distance = normal.Distance(seen.index_select(1, tensor(held))).reshape(held.Length, 1, -1, gridWidth);
            var peaks = nn.functional.avg_pool2d(distance, 3, stride: 1, padding: 1, count_include_pad: false).amax([1, 2, 3]).log();
            foreach (var (index, peak) in held.Zip(peaks.data<float>().ToArray()))
            {
                scores[index] = peak;
            }
        }

        return scores;
    }
}
