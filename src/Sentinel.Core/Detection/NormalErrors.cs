using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// What errors each position shows on normal images: one Gaussian per position, which borrows from its neighbours and from all positions
/// together. A new error counts by its Mahalanobis distance, so that a place that always repairs badly is forgiven and one that never
/// does is not.
/// </summary>
/// <param name="Mean">[P, D]</param>
/// <param name="Whitening">Inverse Cholesky factor of the covariance, [P, D, D].</param>
internal sealed record NormalErrors(Tensor Mean, Tensor Whitening)
{
    private const double Floor = 1e-4;

    // A position that hardly ever varies is trusted down to this share of the mean variance, not to nothing.
    private const double SmallestScale = 0.02;

    /// <summary>Every way of borrowing that is worth trying.</summary>
    public static IEnumerable<Sharing> Choices =>
        from neighbours in (bool[])[false, true]
        from mean in (double[])[0, 1]
        from covariance in (double[])[0.1, 0.4, 1]
        select new Sharing(neighbours, covariance, mean);

    /// <param name="seen">Projected errors of normal images, [P, N, D].</param>
    /// <param name="gridWidth">Columns of the grid; positions count row by row.</param>
    /// <param name="sharing">How much positions borrow.</param>
    public static NormalErrors Fit(Tensor seen, int gridWidth, Sharing sharing)
    {
        using var scope = NewDisposeScope();
        var normal = Fit(Moments(seen, sharing.Neighbours ? gridWidth : null), sharing);
        return new NormalErrors(normal.Mean.MoveToOuterDisposeScope(), normal.Whitening.MoveToOuterDisposeScope());
    }

    /// <param name="moments">Mean [P, D] and covariance [P, D, D] of each position, with or without its neighbours.</param>
    /// <param name="sharing">How much positions borrow besides.</param>
    public static NormalErrors Fit((Tensor Mean, Tensor Covariance) moments, Sharing sharing)
    {
        using var scope = NewDisposeScope();
        var (own, covariance) = moments;
        var mean = own * (1 - sharing.Mean) + own.mean([0], keepdim: true) * sharing.Mean;
        var offset = (own - mean).unsqueeze(2);
        var spread = covariance + offset.matmul(offset.transpose(1, 2));

        // What is borrowed is the shape that all positions share, at each position's own scale.
        var shared = spread.mean([0], keepdim: true);
        var scale = Trace(spread) / Trace(shared);
        var borrowed = shared * scale.clamp_min(SmallestScale);
        var shrunk = spread * (1 - sharing.Covariance) + borrowed * sharing.Covariance + eye(own.shape[1]) * Floor;
        var factor = linalg.cholesky(shrunk);
        var whitening = linalg.solve_triangular(factor, eye(own.shape[1]).expand(shrunk.shape), upper: false).contiguous();
        return new NormalErrors(mean.contiguous().MoveToOuterDisposeScope(), whitening.MoveToOuterDisposeScope());
    }

    /// <summary>Mean square of the whitened error, about 1 on normal images: [P, N, D] to [N, P].</summary>
    public Tensor Distance(Tensor errors) => Whitened(errors).square().mean([2]).transpose(0, 1);

    /// <summary>Errors in spreads of each position and without what directions have in common, [P, N, D] to the same shape.</summary>
    public Tensor Whitened(Tensor errors) => (errors - Mean.unsqueeze(1)).matmul(Whitening.transpose(1, 2));

    /// <summary>Mean [P, D] and covariance [P, D, D] of each position, or of each 3 x 3 positions where a grid is given.</summary>
    public static (Tensor Mean, Tensor Covariance) Moments(Tensor errors, int? gridWidth)
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

    private static Tensor Trace(Tensor matrices) => matrices.diagonal(dim1: 1, dim2: 2).sum([1]).reshape(-1, 1, 1);
}

/// <summary>How much positions take over from each other.</summary>
/// <param name="Neighbours">Whether each position counts its eight neighbours as its own: good where parts lie a few pixels off.</param>
/// <param name="Covariance">Weight of the covariance that all positions share, 0 to 1.</param>
/// <param name="Mean">Weight of the mean that all positions share, 0 to 1.</param>
public sealed record Sharing(bool Neighbours, double Covariance, double Mean);
