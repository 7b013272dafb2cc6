using System.Diagnostics;
using MathNet.Numerics.Distributions;
using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Drift;
using Sentinel.Core.Imaging;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training.Checks;

/// <summary>
/// Images that look as if they did not belong among the good ones: each is scored by what the general encoder sees in it against what each
/// position shows, fitted to the images of the other folds, so that no image excuses itself. Scores of good images are taken for log-normal.
/// </summary>
/// <remarks>Many images are looked at in parts, each held against the others of its part: memory does not grow with their number.</remarks>
internal static class Outliers
{
    /// <summary>No good image is left out, by this confidence over all images together (Bonferroni).</summary>
    public const double Confidence = 0.999;

    /// <summary>
    /// Scores of good images reach farther than a normal distribution's: the farthest of 60 drawn dials lay at 5.7 spreads and of 76 washers at 4.5,
    /// the nearest of those with defects at 16 and 8.7.
    /// </summary>
    private const double LongTail = 1.5;

    private const int Folds = 5;
    private const int FewestSeen = 48;

    /// <summary>Where more stand out, standing out is how the product looks.</summary>
    private const double LargestShare = 0.2;

    private static readonly Sharing _sharing = new(Neighbours: true, Spread: 1, Mean: 0);

    /// <param name="pictures">Known-good pictures.</param>
    /// <param name="most">How many are held against each other.</param>
    /// <param name="time">How long looking at them may take; the first ones are looked at.</param>
    /// <param name="onWork">Called after each step of the search.</param>
    /// <param name="cancel">Ends the search.</param>
    public static IReadOnlyList<(GoodPicture Picture, string Reason)> Find(
        IReadOnlyList<GoodPicture> pictures, int most, TimeSpan time, Action? onWork, CancellationToken cancel)
    {
        using var inference = inference_mode();
        using var encoder = GeneralEncoder.Load();
        var clock = Stopwatch.StartNew();
        var scores = new List<double>();
        var parts = (pictures.Count + most - 1) / most;
        foreach (var part in pictures.Chunk((pictures.Count + parts - 1) / parts))
        {
            if (scores.Count > 0 && clock.Elapsed > time)
            {
                break;
            }

            using var scope = NewDisposeScope();
            scores.AddRange(LeaveOutScores(Look(encoder, part, time - clock.Elapsed, onWork, cancel), onWork));
        }

        var range = UsualRange.Of(scores);
        var line = LongTail * Normal.InvCDF(0, 1, 1 - (1 - Confidence) / scores.Count);
        var outliers = scores
            .Select((score, i) => (Picture: pictures[i], Distance: (score - range.Median) / Math.Max(range.Spread, 0.02)))
            .Where(image => image.Distance > line)
            .ToList();
        return outliers.Count > LargestShare * scores.Count
            ? []
            : [.. outliers.Select(image => (
                image.Picture,
                $"an outlier among the known-good images: {image.Distance:0.0} spreads from the others, more than the {line:0.0} of {Confidence:P1} confidence"))];
    }

    /// <summary>What the encoder sees in each, [N, K, h, w].</summary>
    private static Tensor Look(
        GeneralEncoder encoder, IReadOnlyList<GoodPicture> pictures, TimeSpan time, Action? onWork, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var seen = new List<Tensor>();
        foreach (var picture in pictures)
        {
            cancel.ThrowIfCancellationRequested();
            onWork?.Invoke();
            if (seen.Count >= FewestSeen && clock.Elapsed > time)
            {
                break;
            }

            using var image = NewDisposeScope();
            seen.Add(Features(encoder, picture.Standard).to_type(ScalarType.Float16).MoveToOuterDisposeScope());
        }

        return Pieces.Join(seen);
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
            var normal = NormalErrors.Fit(Pieces.Rows(seen, others), _sharing);
            var peaks = normal.Distances(Pieces.Rows(seen, held)).amax([1, 2, 3]).log();
            foreach (var (index, peak) in held.Zip(peaks.data<float>().ToArray()))
            {
                scores[index] = peak;
            }
        }

        return scores;
    }
}
