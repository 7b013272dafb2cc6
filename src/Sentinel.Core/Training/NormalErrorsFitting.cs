using Sentinel.Core.Detection;
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
    public static IReadOnlyDictionary<string, Sharing> Fit(
        DetectionModel model, IReadOnlyList<GoodPicture> training, IReadOnlyList<GoodPicture> selection)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var raw = Collect(model, training.Take(ImagesForProjection), (map, comparison) => map.Raw(comparison), dimension: 0);
        foreach (var (map, errors) in model.Maps.Zip(raw))
        {
            map.Projection.copy_(ErrorProjection.Fit(errors, (int)map.Projection.shape[1]));
            errors.Dispose();
        }

        var seen = Collect(model, training, (map, comparison) => map.Projected(comparison), dimension: 1);
        var held = Collect(model, selection, (map, comparison) => map.Projected(comparison), dimension: 1);
        return model.Maps.Select((map, i) => (Name: map.GetName(), Sharing: map.Learn(seen[i], held[i]))).ToDictionary(entry => entry.Name, entry => entry.Sharing);
    }

    /// <summary>One tensor per map, over all pictures.</summary>
    private static List<Tensor> Collect(
        DetectionModel model, IEnumerable<GoodPicture> pictures, Func<ErrorMap, Comparison, Tensor> measure, int dimension)
    {
        var collected = model.Maps.Select(_ => new List<Tensor>()).ToList();
        foreach (var picture in pictures)
        {
            using var scope = NewDisposeScope();
            var comparison = model.Compare(picture.Standard);
            foreach (var (map, errors) in model.Maps.Zip(collected))
            {
                errors.Add(measure(map, comparison).MoveToOuterDisposeScope());
            }
        }

        return [.. collected.Select(errors => cat(errors, dimension))];
    }
}
