using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Training.Checks;

/// <summary>
/// Brings K channels to D comparable ones: each divided by its spread on normal images, then rotated to the D directions in which normal images
/// differ most (PCA).
/// </summary>
internal static class Projection
{
    /// <param name="seen">Channels of some normal images, [N, K, h, w].</param>
    /// <param name="directions">D, at most K.</param>
    /// <returns>Scaling and rotation in one kernel, [D, K, 1, 1].</returns>
    public static Tensor Fit(Tensor seen, int directions)
    {
        using var scope = NewDisposeScope();
        var samples = seen.permute(0, 2, 3, 1).reshape(-1, seen.shape[1]);
        var scale = samples.std(0).clamp_min(1e-6);
        var centred = (samples - samples.mean([0])) / scale;
        var (_, vectors) = linalg.eigh(centred.transpose(0, 1).matmul(centred) / centred.shape[0]);
        var strongest = vectors.slice(1, Math.Max(0, vectors.shape[1] - directions), vectors.shape[1], 1);
        var kernel = (strongest / scale.unsqueeze(1)).transpose(0, 1).contiguous();
        return kernel.reshape(kernel.shape[0], kernel.shape[1], 1, 1).MoveToOuterDisposeScope();
    }

    /// <summary>[N, K, h, w] to [N, D, h, w].</summary>
    public static Tensor Apply(Tensor projection, Tensor seen) => functional.conv2d(seen, projection);
}
