using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>Measures what errors normal images show once the autoencoder has learnt.</summary>
internal static class NormalErrorsFitting
{
    private const int ImagesForProjection = 48;

    /// <summary>Fits every map of the model and returns how much the positions of each share.</summary>
    /// <param name="model">With a trained autoencoder.</param>
    /// <param name="training">Pictures to fit to.</param>
    /// <param name="selection">Other pictures, to choose how much positions share.</param>
    /// <param name="seed">Of the defects drawn on the latter.</param>
    /// <param name="onImage">Called for every image that is measured.</param>
    public static IReadOnlyDictionary<string, Sharing> Fit(
        DetectionModel model, IReadOnlyList<GoodPicture> training, IReadOnlyList<GoodPicture> selection, int seed, Action onImage)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var raw = Collect(model, training.Take(ImagesForProjection).Select(picture => picture.Standard), (map, comparison) => map.Raw(comparison), dimension: 0, onImage);
        foreach (var (map, errors) in model.Maps.Zip(raw))
        {
            map.Projection.copy_(ErrorProjection.Fit(errors, (int)map.Projection.shape[1]));
            errors.Dispose();
        }

        var seen = Collect(model, training.Select(picture => picture.Standard), (map, comparison) => map.Projected(comparison), dimension: 1, onImage);
        var held = Collect(model, selection.Select(picture => picture.Standard), (map, comparison) => map.Projected(comparison), dimension: 1, onImage);
        var defects = new HeldOutDefects(seed);
        var defective = Collect(model, selection.Select(picture => defects.DrawOn(picture.Standard)), (map, comparison) => map.Projected(comparison), dimension: 1, onImage);
        return model.Maps
            .Select((map, i) => (Name: map.GetName(), Sharing: map.Learn(seen[i], held[i], defective[i])))
            .ToDictionary(entry => entry.Name, entry => entry.Sharing);
    }

    /// <summary>One tensor per map, over all images.</summary>
    private static List<Tensor> Collect(
        DetectionModel model, IEnumerable<StandardImage> images, Func<ErrorMap, Comparison, Tensor> measure, int dimension, Action onImage)
    {
        var collected = model.Maps.Select(_ => new List<Tensor>()).ToList();
        foreach (var image in images)
        {
            onImage();
            using var scope = NewDisposeScope();
            var comparison = model.Compare(image);
            foreach (var (map, errors) in model.Maps.Zip(collected))
            {
                errors.Add(measure(map, comparison).MoveToOuterDisposeScope());
            }
        }

        return [.. collected.Select(errors => cat(errors, dimension))];
    }
}
