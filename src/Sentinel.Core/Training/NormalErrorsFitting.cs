using Sentinel.Core.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>Measures what errors normal images show once the autoencoder has learnt.</summary>
internal static class NormalErrorsFitting
{
    private const int ImagesForProjection = 48;

    /// <summary>Fits the model's projection and its Gaussians.</summary>
    /// <param name="model">With a trained autoencoder.</param>
    /// <param name="training">Pictures to fit to.</param>
    /// <param name="selection">Other pictures, to choose how much positions share.</param>
    public static Sharing Fit(DetectionModel model, IReadOnlyList<GoodPicture> training, IReadOnlyList<GoodPicture> selection)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var raw = cat([.. training.Take(ImagesForProjection).Select(picture => model.Errors(picture.Standard))], 0);
        model.Projection.copy_(ErrorProjection.Fit(raw, (int)model.Projection.shape[1]));
        raw.Dispose();
        model.Normal = NormalErrors.Fit(Project(model, training), Project(model, selection), out var sharing);
        return sharing;
    }

    /// <summary>[P, N, D]</summary>
    private static Tensor Project(DetectionModel model, IReadOnlyList<GoodPicture> pictures)
    {
        var projected = new List<Tensor>();
        foreach (var picture in pictures)
        {
            using var scope = NewDisposeScope();
            projected.Add(model.ProjectedErrors(picture.Standard).MoveToOuterDisposeScope());
        }

        return cat(projected, 1);
    }
}
