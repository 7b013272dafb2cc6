using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>What maps learnt of normal images.</summary>
/// <param name="Sharing">Of each map how much its positions share.</param>
/// <param name="Seen">Of each map the projected errors of the pictures it was fitted to, [P, N, D].</param>
internal sealed record FittedMaps(IReadOnlyList<Sharing> Sharing, IReadOnlyList<Tensor> Seen);

/// <summary>Measures what errors normal images show once the autoencoder has learnt.</summary>
internal static class NormalErrorsFitting
{
    private const int ImagesForProjection = 48;

    /// <summary>Fits maps of the model. What it returns belongs to the caller's scope.</summary>
    /// <param name="model">With a trained autoencoder, where the maps look at repairs.</param>
    /// <param name="maps">Some of its maps.</param>
    /// <param name="training">Pictures to fit to.</param>
    /// <param name="selection">Other pictures, to choose how much positions share.</param>
    /// <param name="seed">Of the defects drawn on the latter.</param>
    /// <param name="onImage">Called for every image that is measured.</param>
    public static FittedMaps Fit(
        DetectionModel model, IReadOnlyList<ErrorMap> maps, IReadOnlyList<GoodPicture> training, IReadOnlyList<GoodPicture> selection, int seed,
        Action onImage)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var raw = Collect(training.Take(ImagesForProjection).Select(picture => picture.Standard), (map, comparison) => map.Raw(comparison), dimension: 0);
        var first = maps.Zip(raw, (map, errors) =>
        {
            map.Projection.copy_(ErrorProjection.Fit(errors, (int)map.Projection.shape[1]));
            return ErrorProjection.Apply(map.Projection, errors);
        }).ToList();
        raw.ForEach(errors => errors.Dispose());

        var defects = new HeldOutDefects(seed);
        var seen = training.Count <= ImagesForProjection
            ? first
            : [.. first.Zip(
                Collect(training.Skip(ImagesForProjection).Select(picture => picture.Standard), (map, comparison) => map.Projected(comparison), dimension: 1),
                (early, late) => cat([early, late], 1))];
        var held = Collect(selection.Select(picture => picture.Standard), (map, comparison) => map.Projected(comparison), dimension: 1);
        var defective = Collect(selection.Select(picture => defects.DrawOn(picture.Standard)), (map, comparison) => map.Projected(comparison), dimension: 1);
        var sharing = maps.Select((map, i) => map.Learn(seen[i], held[i], defective[i])).ToList();
        return new FittedMaps(sharing, seen.ConvertAll(errors => errors.MoveToOuterDisposeScope()));

        List<Tensor> Collect(IEnumerable<StandardImage> images, Func<ErrorMap, Comparison, Tensor> measure, int dimension)
        {
            var collected = maps.Select(_ => new List<Tensor>()).ToList();
            foreach (var image in images)
            {
                onImage();
                using var measuring = NewDisposeScope();
                var comparison = model.Compare(image);
                foreach (var (map, errors) in maps.Zip(collected))
                {
                    errors.Add(measure(map, comparison).MoveToOuterDisposeScope());
                }
            }

            return [.. collected.Select(errors => cat(errors, dimension))];
        }
    }
}
