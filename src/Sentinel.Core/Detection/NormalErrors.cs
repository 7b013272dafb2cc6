using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// What errors each position shows on normal images: one Gaussian per position, which borrows from its neighbours and from all positions
/// together. A new error counts by its Mahalanobis distance, so that a place that always repairs badly is forgiven and one that never
/// does is not. How much is borrowed is chosen by the likelihood of normal images that the Gaussians were not fitted to: aligned
/// products keep their positions, unaligned ones end with one Gaussian for all.
/// </summary>
/// <param name="Mean">[P, D]</param>
/// <param name="Whitening">Inverse Cholesky factor of the covariance, [P, D, D].</param>
internal sealed record NormalErrors(Tensor Mean, Tensor Whitening)
{
    private const double Floor = 1e-3;
    private static readonly double[] _shrinkages = [0.02, 0.1, 0.3, 1];
    private static readonly double[] _poolings = [0, 1];

    /// <param name="seen">Projected errors of normal images, [P, N, D].</param>
    /// <param name="held">Projected errors of other normal images, [P, M, D], to choose by.</param>
    /// <param name="gridWidth">Columns of the grid; positions count row by row.</param>
    /// <param name="choice">What was chosen.</param>
    public static NormalErrors Fit(Tensor seen, Tensor held, int gridWidth, out Sharing choice)
    {
        using var scope = NewDisposeScope();
        NormalErrors? best = null;
        choice = new Sharing(true, 1, 1);
        var bestLikelihood = double.NegativeInfinity;
        foreach (var neighbours in (bool[])[false, true])
        {
            var (mean, covariance) = Moments(seen, neighbours ? gridWidth : null);
            var sharedMean = mean.mean([0], keepdim: true);
            foreach (var pooling in _poolings)
            {
                var centre = mean * (1 - pooling) + sharedMean * pooling;
                var offset = (mean - centre).unsqueeze(2);
                var spread = covariance + offset.matmul(offset.transpose(1, 2));
                var shared = spread.mean([0], keepdim: true);
                foreach (var shrinkage in _shrinkages)
                {
                    using var trial = NewDisposeScope();
                    var shrunk = spread * (1 - shrinkage) + shared * shrinkage + eye(mean.shape[1]) * Floor;
                    var candidate = new NormalErrors(centre.contiguous(), Whiten(shrunk, out var logDeterminant));
                    var likelihood = -0.5 * (candidate.Whitened(held).square().sum([2]).mean() + logDeterminant).item<float>();
                    if (likelihood > bestLikelihood)
                    {
                        (bestLikelihood, choice) = (likelihood, new Sharing(neighbours, shrinkage, pooling));
                        best = new NormalErrors(candidate.Mean.MoveToOuterDisposeScope(), candidate.Whitening.MoveToOuterDisposeScope());
                    }
                }
            }
        }

        return new NormalErrors(best!.Mean.MoveToOuterDisposeScope(), best.Whitening.MoveToOuterDisposeScope());
    }

    /// <summary>Mean square of the whitened error, about 1 on normal images: [P, N, D] to [N, P].</summary>
    public Tensor Distance(Tensor errors) => Whitened(errors).square().mean([2]).transpose(0, 1);

    private Tensor Whitened(Tensor errors) => (errors - Mean.unsqueeze(1)).matmul(Whitening.transpose(1, 2));

    /// <summary>Mean [P, D] and covariance [P, D, D] of each position, or of each 3 x 3 positions where a grid is given.</summary>
    private static (Tensor Mean, Tensor Covariance) Moments(Tensor errors, int? gridWidth)
    {
        var mean = errors.mean([1]);
        var second = errors.transpose(1, 2).matmul(errors) / errors.shape[1];
        if (gridWidth is { } width)
        {
            (mean, second) = (AroundEach(mean, width), AroundEach(second, width));
        }

        return (mean, second - mean.unsqueeze(2).matmul(mean.unsqueeze(1)));
    }

    private static Tensor AroundEach(Tensor values, int gridWidth)
    {
        var positions = values.shape[0];
        var grid = values.reshape(1, positions / gridWidth, gridWidth, -1).permute(0, 3, 1, 2);
        var pooled = functional.avg_pool2d(grid, 3, stride: 1, padding: 1, count_include_pad: false);
        return pooled.permute(0, 2, 3, 1).reshape(values.shape);
    }

    private static Tensor Whiten(Tensor covariance, out Tensor logDeterminant)
    {
        var factor = linalg.cholesky(covariance);
        logDeterminant = 2 * factor.diagonal(dim1: 1, dim2: 2).log().sum([1]).mean();
        return linalg.solve_triangular(factor, eye(covariance.shape[1]).expand(covariance.shape), upper: false).contiguous();
    }
}

/// <summary>How much positions take over from each other.</summary>
/// <param name="Neighbours">Whether each position counts its eight neighbours as its own: good where parts lie a few pixels off.</param>
/// <param name="Covariance">Weight of the covariance that all positions share, 0 to 1.</param>
/// <param name="Mean">Weight of the mean that all positions share, 0 to 1.</param>
public sealed record Sharing(bool Neighbours, double Covariance, double Mean);
