using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>What maps learnt of normal images.</summary>
/// <param name="Sharing">Of each map how much its positions share.</param>
/// <param name="Seen">Of each map the raw errors of the pictures it was fitted to, [N, K, h, w] in half precision.</param>
internal sealed record FittedMaps(IReadOnlyList<Sharing> Sharing, IReadOnlyList<Tensor> Seen) : IDisposable
{
    /// <summary>Frees what was seen: of a thousand images half a gigabyte.</summary>
    public void Dispose()
    {
        foreach (var errors in Seen)
        {
            errors.Dispose();
        }
    }
}

/// <summary>Measures what errors normal images show.</summary>
internal static class NormalErrorsFitting
{
    /// <summary>Fits maps of the model.</summary>
    /// <param name="model">With a trained autoencoder, where the maps look at repairs.</param>
    /// <param name="maps">Some of its maps.</param>
    /// <param name="training">Pictures to fit to.</param>
    /// <param name="selection">Other pictures, to choose how much positions share.</param>
    /// <param name="seed">Of the defects drawn on the latter.</param>
    /// <param name="onImage">Called for every image that is measured.</param>
    /// <exception cref="MachineFaultException">Something else than finite numbers was measured.</exception>
    public static FittedMaps Fit(
        DetectionModel model, IReadOnlyList<ErrorMap> maps, IReadOnlyList<GoodPicture> training, IReadOnlyList<GoodPicture> selection, int seed,
        Action onImage)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var defects = new HeldOutDefects(seed);
        var seen = Collect(training.Select(picture => picture.Standard));
        var held = Collect(selection.Select(picture => picture.Standard));
        var defective = Collect(selection.Select(picture => defects.DrawOn(picture.Standard)));
        var sharing = maps.Select((map, i) => map.Learn(seen[i], held[i], defective[i])).ToList();
        return new FittedMaps(sharing, seen.ConvertAll(errors => errors.MoveToOuterDisposeScope()));

        List<Tensor> Collect(IEnumerable<StandardImage> images)
        {
            var collected = maps.Select(_ => new List<Tensor>()).ToList();
            foreach (var image in images)
            {
                onImage();
                using var measuring = NewDisposeScope();
                var comparison = model.Compare(image);
                foreach (var (map, errors) in maps.Zip(collected))
                {
                    errors.Add(map.Raw(comparison).to_type(ScalarType.Float16).MoveToOuterDisposeScope());
                }
            }

            var joined = collected.ConvertAll(Pieces.Join);
            var broken = joined.FindIndex(errors => !FiniteValues.AreAllOf(errors));
            return broken < 0 ? joined : throw FiniteValues.Fault($"What the map '{maps[broken].GetName()}' measures on known-good images holds values that are not finite numbers");
        }
    }
}
