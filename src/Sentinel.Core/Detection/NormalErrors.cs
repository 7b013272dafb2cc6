using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// What errors each position shows on normal images: one Gaussian per position, whose mean and covariance are drawn towards those that all
/// positions share. A new error counts by its Mahalanobis distance, so that a place that always repairs badly is forgiven and one that never
/// does is not. How far they are drawn is chosen by the likelihood of normal images that the Gaussians were not fitted to: aligned
/// products keep their positions, unaligned ones end with one Gaussian for all.
/// </summary>
/// <param name="Mean">[P, D]</param>
/// <param name="Whitening">Inverse Cholesky factor of the covariance, [P, D, D].</param>
internal sealed record NormalErrors(Tensor Mean, Tensor Whitening)
{
    private const double Floor = 1e-4;
    private static readonly double[] _shrinkages = [0.02, 0.05, 0.1, 0.2, 0.4, 1];
    private static readonly double[] _poolings = [0, 0.25, 0.5, 1];

    /// <param name="seen">Projected errors of normal images, [P, N, D].</param>
    /// <param name="held">Projected errors of other normal images, [P, M, D], to choose by.</param>
    /// <param name="choice">The weights that were chosen.</param>
    public static NormalErrors Fit(Tensor seen, Tensor held, out Sharing choice)
    {
        using var scope = NewDisposeScope();
        var ownMean = seen.mean([1]);
        var sharedMean = ownMean.mean([0], keepdim: true);
        NormalErrors? best = null;
        choice = new Sharing(1, 1);
        var bestLikelihood = double.NegativeInfinity;
        foreach (var pooling in _poolings)
        {
            var mean = ownMean * (1 - pooling) + sharedMean * pooling;
            var centred = seen - mean.unsqueeze(1);
            var covariance = centred.transpose(1, 2).matmul(centred) / centred.shape[1];
            var shared = covariance.mean([0], keepdim: true);
            foreach (var shrinkage in _shrinkages)
            {
                var shrunk = covariance * (1 - shrinkage) + shared * shrinkage + eye(mean.shape[1]) * Floor;
                var candidate = new NormalErrors(mean.contiguous(), Whiten(shrunk, out var logDeterminant));
                var likelihood = -0.5 * (candidate.Whitened(held).square().sum([2]).mean() + logDeterminant).item<float>();
                if (likelihood > bestLikelihood)
                {
                    (best, bestLikelihood, choice) = (candidate, likelihood, new Sharing(shrinkage, pooling));
                }
            }
        }

        return new NormalErrors(best!.Mean.MoveToOuterDisposeScope(), best.Whitening.MoveToOuterDisposeScope());
    }

    /// <summary>Root mean square of the whitened error, about 1 on normal images: [P, N, D] to [N, P].</summary>
    public Tensor Distance(Tensor errors) => Whitened(errors).square().mean([2]).sqrt().transpose(0, 1);

    private Tensor Whitened(Tensor errors) => (errors - Mean.unsqueeze(1)).matmul(Whitening.transpose(1, 2));

    private static Tensor Whiten(Tensor covariance, out Tensor logDeterminant)
    {
        var factor = linalg.cholesky(covariance);
        logDeterminant = 2 * factor.diagonal(dim1: 1, dim2: 2).log().sum([1]).mean();
        return linalg.solve_triangular(factor, eye(covariance.shape[1]).expand(covariance.shape), upper: false).contiguous();
    }
}

/// <summary>How much positions take over from each other, each 0 (nothing) to 1 (all positions are alike).</summary>
/// <param name="Covariance">Weight of the shared covariance.</param>
/// <param name="Mean">Weight of the shared mean.</param>
public sealed record Sharing(double Covariance, double Mean);
