using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// What errors each position shows on normal images: a mean and a spread per position and channel, and one whitening for what channels have in common
/// everywhere. A new error counts by its Mahalanobis distance, so that a place that always repairs badly is forgiven and one that never
/// does is not. One covariance for all positions is learnt well from thirty images; what a position has of its own needs hundreds.
/// </summary>
/// <param name="Mean">[1, K, h, w]</param>
/// <param name="Spread">Standard deviation, [1, K, h, w].</param>
/// <param name="Whitening">Inverse Cholesky factor of the covariance of the deviations in spreads, [K, K].</param>
/// <param name="Own">What each position adds to it, or nothing.</param>
internal sealed record NormalErrors(Tensor Mean, Tensor Spread, Tensor Whitening, OwnCovariance? Own = null)
{
    // What channels have in common is learnt from this many positions: of few large images or of more small ones.
    private const int PositionsForWhitening = 65_536;
    private const int FewestForWhitening = 16, MostForWhitening = 64;
    private const int ImagesAtOnce = 16;
    private const double SmallestSpread = 1e-4;

    // A channel that never moved on normal images says "farther than any" and not infinity.
    private const double Farthest = 50;

    // Directions in which channels hardly ever differ are trusted down to this share of a channel's variance.
    private const double Floor = 0.02;

    /// <summary>Every way of borrowing that is worth trying; the best of them is tried with covariances of each position's own.</summary>
    public static IEnumerable<Sharing> Choices =>
        from neighbours in (bool[])[false, true]
        from mean in (double[])[0, 1]
        from spread in (double[])[0.05, 0.3, 1]
        select new Sharing(neighbours, spread, mean);

    /// <param name="seen">Errors of normal images, [N, K, h, w], of any precision.</param>
    /// <param name="sharing">How much positions borrow.</param>
    public static NormalErrors Fit(Tensor seen, Sharing sharing) => Fit(seen, Moments(seen), sharing);

    /// <param name="seen">Errors of normal images, [N, K, h, w], of any precision.</param>
    /// <param name="moments">Their mean and mean square at each position.</param>
    /// <param name="sharing">How much positions borrow.</param>
    public static NormalErrors Fit(Tensor seen, (Tensor Mean, Tensor Square) moments, Sharing sharing)
    {
        using var scope = NewDisposeScope();
        var (own, square) = sharing.Neighbours ? (AroundEach(moments.Mean), AroundEach(moments.Square)) : moments;
        var mean = own * (1 - sharing.Mean) + Everywhere(own) * sharing.Mean;
        var variance = (square - mean * own * 2 + mean * mean).clamp_min(0);
        var spread = (variance * (1 - sharing.Spread) + Everywhere(variance) * sharing.Spread).sqrt().clamp_min(SmallestSpread);

        var enough = Math.Clamp(PositionsForWhitening / (seen.shape[2] * seen.shape[3]), FewestForWhitening, MostForWhitening);
        var count = Math.Min(enough, seen.shape[0]);
        var evenly = Enumerable.Range(0, (int)count).Select(i => i * seen.shape[0] / count);
        var some = Pieces.Rows(seen, evenly).to_type(ScalarType.Float32);
        var deviations = ((some - mean) / spread).permute(0, 2, 3, 1).reshape(-1, seen.shape[1]);
        var unit = eye(seen.shape[1]);
        var factor = linalg.cholesky(deviations.transpose(0, 1).matmul(deviations) / deviations.shape[0] + unit * Floor);
        var whitening = linalg.solve_triangular(factor, unit, upper: false);
        var normal = new NormalErrors(mean.contiguous(), spread.contiguous(), whitening.contiguous());
        return (sharing.OwnCovariance ? normal with { Own = OwnCovariance.Fit(seen, normal) } : normal).MoveToOuterScope();
    }

    /// <summary>The convolution that takes out what so many channels have in common.</summary>
    public static ConvolutionKind WhiteningOf(int channels) => new(channels, channels, Kernel: 1);

    public NormalErrors MoveToOuterScope() =>
        new(Mean.MoveToOuterDisposeScope(), Spread.MoveToOuterDisposeScope(), Whitening.MoveToOuterDisposeScope(), Own?.MoveToOuterScope());

    /// <summary>Mean and mean square of each channel at each position, [1, K, h, w].</summary>
    public static (Tensor Mean, Tensor Square) Moments(Tensor seen)
    {
        using var scope = NewDisposeScope();
        var (sum, squares) = (zeros([1, .. seen.shape[1..]]), zeros([1, .. seen.shape[1..]]));
        foreach (var part in seen.split(ImagesAtOnce))
        {
            using var step = NewDisposeScope();
            var errors = part.to_type(ScalarType.Float32);
            sum.add_(errors.sum([0], keepdim: true));
            squares.add_(errors.square().sum([0], keepdim: true));
        }

        return ((sum / seen.shape[0]).MoveToOuterDisposeScope(), (squares / seen.shape[0]).MoveToOuterDisposeScope());
    }

    /// <summary>Errors in spreads of each position and without what channels have in common, [N, K, h, w] to the same shape.</summary>
    public Tensor Whitened(Tensor errors)
    {
        var deviations = Convolving.Convolve(WhiteningOf((int)Whitening.shape[0]), ((errors - Mean) / Spread).clamp(-Farthest, Farthest), Whitening.unsqueeze(2).unsqueeze(3));
        return Own?.Apply(deviations) ?? deviations;
    }

    /// <summary>
    /// Mean square of the whitened error, smoothed over its neighbours; about 1 on normal images. [N, K, h, w] to [N, 1, h, w].
    /// </summary>
    /// <param name="whitened">Of <see cref="Whitened"/>.</param>
    public static Tensor Distance(Tensor whitened) =>
        functional.avg_pool2d(whitened.square().mean([1], keepdim: true), 3, stride: 1, padding: 1, count_include_pad: false);

    /// <summary>Distances of many errors, a few at a time: [N, K, h, w] of any precision to [N, 1, h, w].</summary>
    public Tensor Distances(Tensor errors) => cat(
        [.. errors.split(ImagesAtOnce).Select(part =>
        {
            using var step = NewDisposeScope();
            return Distance(Whitened(part.to_type(ScalarType.Float32))).MoveToOuterDisposeScope();
        })],
        0);

    private static Tensor AroundEach(Tensor values) => functional.avg_pool2d(values, 3, stride: 1, padding: 1, count_include_pad: false);

    private static Tensor Everywhere(Tensor values) => values.mean([2, 3], keepdim: true);
}

/// <summary>How much positions take over from each other.</summary>
/// <param name="Neighbours">Whether each position counts its eight neighbours as its own: good where parts lie a few pixels off.</param>
/// <param name="Spread">Weight of the variance that all positions share, 0 to 1.</param>
/// <param name="Mean">Weight of the mean that all positions share, 0 to 1.</param>
/// <param name="OwnCovariance">Whether each position also knows what its channels do together, beside what those of all positions do.</param>
public sealed record Sharing(bool Neighbours, double Spread, double Mean, bool OwnCovariance = false);
