using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// What errors each position shows on normal images: one Gaussian per position, whose covariance is shrunk towards the one that all
/// positions share. A new error counts by its Mahalanobis distance, so a place that always repairs badly is forgiven, and one that never does
/// is not. Channels are first put on one scale and rotated to their strongest common directions (PCA).
/// </summary>
/// <remarks>
/// K raw channels, D kept directions, P = grid height x width positions.
/// Tensors: scale [K], directions [K, D], mean [P, D], whitening [P, D, D] (inverse Cholesky factor of the covariance).
/// </remarks>
internal sealed class NormalErrors : IDisposable
{
    private const double Floor = 1e-4;

    public NormalErrors(Tensor scale, Tensor directions, Tensor mean, Tensor whitening) =>
        (Scale, Directions, Mean, Whitening) = (scale, directions, mean, whitening);

    public Tensor Scale { get; }

    public Tensor Directions { get; }

    public Tensor Mean { get; }

    public Tensor Whitening { get; }

    /// <param name="errors">Errors of normal images that the network was not trained on where possible, [N, K, h, w].</param>
    /// <param name="held">Errors of other normal images; the shrinkage under which they are most likely is taken.</param>
    /// <param name="directions">Directions kept at most.</param>
    public static NormalErrors Fit(Tensor errors, Tensor held, int directions, out double shrinkage, out double pooling)
    {
        using var scope = NewDisposeScope();
        var (flat, flatHeld) = (Flatten(errors), Flatten(held));
        var scale = flat.reshape(-1, flat.shape[2]).std(0).clamp_min(1e-6);
        var basis = Strongest(flat / scale, directions);
        var (seen, other) = ((flat / scale).matmul(basis).transpose(0, 1), (flatHeld / scale).matmul(basis).transpose(0, 1));

        var pooledMean = seen.mean([0, 1]);
        var positionMean = seen.mean([1]);
        (shrinkage, pooling) = (1, 1);
        var best = double.NegativeInfinity;
        Tensor? bestMean = null, bestWhitening = null;
        foreach (var candidatePooling in (double[])[0, 0.25, 1])
        {
            var mean = positionMean * (1 - candidatePooling) + pooledMean * candidatePooling;
            var centred = seen - mean.unsqueeze(1);
            var covariance = centred.transpose(1, 2).matmul(centred) / centred.shape[1];
            var pooled = covariance.mean([0], keepdim: true);
            foreach (var candidate in (double[])[0.02, 0.05, 0.1, 0.2, 0.4, 1])
            {
                var shrunk = covariance * (1 - candidate) + pooled * candidate + eye(basis.shape[1]) * Floor;
                var (whitening, logLikelihood) = Whiten(shrunk, other - mean.unsqueeze(1));
                if (logLikelihood > best)
                {
                    (best, shrinkage, pooling, bestMean, bestWhitening) = (logLikelihood, candidate, candidatePooling, mean, whitening);
                }
            }
        }

        return new NormalErrors(
            scale.MoveToOuterDisposeScope(), basis.MoveToOuterDisposeScope(), bestMean!.contiguous().MoveToOuterDisposeScope(), bestWhitening!.contiguous().MoveToOuterDisposeScope());
    }

    /// <summary>Root mean square of the whitened error at each position: about 1 on normal images. [N, K, h, w] to [N, h, w].</summary>
    public Tensor Distance(Tensor errors)
    {
        var kept = (Flatten(errors) / Scale).matmul(Directions).transpose(0, 1) - Mean.unsqueeze(1);
        var whitened = kept.matmul(Whitening.transpose(1, 2));
        return (whitened * whitened).mean([2]).sqrt().transpose(0, 1).reshape(errors.shape[0], errors.shape[2], errors.shape[3]);
    }

    public void Dispose()
    {
        Scale.Dispose();
        Directions.Dispose();
        Mean.Dispose();
        Whitening.Dispose();
    }

    /// <summary>[N, K, h, w] to [N, P, K].</summary>
    private static Tensor Flatten(Tensor errors) => errors.flatten(2).transpose(1, 2);

    private static Tensor Strongest(Tensor scaled, int directions)
    {
        var samples = scaled.reshape(-1, scaled.shape[2]);
        var centred = samples - samples.mean([0]);
        var (_, vectors) = linalg.eigh(centred.transpose(0, 1).matmul(centred) / centred.shape[0]);
        var kept = Math.Min(directions, vectors.shape[1]);
        return vectors.slice(1, vectors.shape[1] - kept, vectors.shape[1], 1).contiguous();
    }

    private static (Tensor Whitening, double LogLikelihood) Whiten(Tensor covariance, Tensor held)
    {
        var factor = linalg.cholesky(covariance);
        var whitening = linalg.solve_triangular(factor, eye(covariance.shape[1]).expand(covariance.shape), upper: false);
        var distance = held.matmul(whitening.transpose(1, 2)).square().sum([2]).mean();
        var logDeterminant = 2 * factor.diagonal(dim1: 1, dim2: 2).log().sum([1]).mean();
        return (whitening, -0.5 * (distance + logDeterminant).item<float>());
    }
}
