using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// Brings K raw error channels to D comparable ones: each divided by its spread on normal images, then rotated to the D directions in
/// which normal images differ most (PCA).
/// </summary>
internal static class ErrorProjection
{
    /// <param name="errors">Errors of some normal images, [N, K, h, w].</param>
    /// <param name="directions">D, at most K.</param>
    /// <returns>Scaling and rotation in one matrix [K, D].</returns>
    public static Tensor Fit(Tensor errors, int directions)
    {
        using var scope = NewDisposeScope();
        var samples = Flatten(errors).reshape(-1, errors.shape[1]);
        var scale = samples.std(0).clamp_min(1e-6);
        var centred = (samples - samples.mean([0])) / scale;
        var (_, vectors) = linalg.eigh(centred.transpose(0, 1).matmul(centred) / centred.shape[0]);
        var strongest = vectors.slice(1, Math.Max(0, vectors.shape[1] - directions), vectors.shape[1], 1);
        return (strongest / scale.unsqueeze(1)).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>[N, K, h, w] to [P, N, D], where P = h * w counts positions row by row.</summary>
    public static Tensor Apply(Tensor projection, Tensor errors) => Flatten(errors).matmul(projection).transpose(0, 1);

    private static Tensor Flatten(Tensor errors) => errors.flatten(2).transpose(1, 2);
}
