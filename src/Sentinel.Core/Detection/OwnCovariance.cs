using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// What the channels of one position do together beyond what those of all positions have in common: the directions in which it varies most on
/// normal images, which count less, and all others, which count more. A whole covariance of each position would be a gigabyte; its strongest
/// directions tell defects apart as well.
/// </summary>
/// <param name="Directions">Orthonormal, of each position, row by row of the grid: [h * w, R, K], half precision.</param>
/// <param name="Scale">What deviations along each direction are multiplied by, [h * w, R, 1].</param>
/// <param name="Rest">What all other deviations are multiplied by, [h * w, 1, 1].</param>
internal sealed record OwnCovariance(Tensor Directions, Tensor Scale, Tensor Rest)
{
    private const int MostDirections = 16;

    // More than are kept, and once again through the images: the strongest are then found as well as by a whole decomposition (Halko 2011, arXiv 0909.4061).
    private const int Spare = 8;
    private const int Passes = 1;
    private const long ValuesAtOnce = 16_000_000;

    /// <summary>R, the directions kept of so many channels.</summary>
    public static int DirectionsOf(int channels) => Math.Min(MostDirections, channels);

    /// <summary>Fewer images would move it by less than a ninth from what all positions have in common, and cost as much time.</summary>
    public static bool CanBeLearntFrom(long images, int channels) => images * 8 >= channels;

    /// <summary>No direction of any position counts more than another: [1, K, h, w] of this shape is left as it is.</summary>
    public static OwnCovariance None(int channels, int positions) => new(
        zeros([positions, DirectionsOf(channels), channels], ScalarType.Float16), ones(positions, DirectionsOf(channels), 1), ones(positions, 1, 1));

    /// <summary>Learns it from deviations that the covariance of all positions was taken out of.</summary>
    /// <param name="seen">Raw errors of normal images, [N, K, h, w], of any precision.</param>
    /// <param name="normal">What all positions have in common. A position's own covariance is drawn towards it as if K more images had shown it.</param>
    public static OwnCovariance Fit(Tensor seen, NormalErrors normal)
    {
        using var scope = NewDisposeScope();
        var (count, channels, height, width) = (seen.shape[0], seen.shape[1], seen.shape[2], seen.shape[3]);
        var rows = Math.Clamp(ValuesAtOnce / (count * channels * width), 1, height);
        using var generator = new Generator(1);
        var start = randn([channels, Math.Min(channels, MostDirections + Spare)], generator: generator);
        var parts = new List<OwnCovariance>();
        for (var row = 0L; row < height; row += rows)
        {
            var some = Math.Min(rows, height - row);
            var common = normal with { Mean = normal.Mean.narrow(2, row, some), Spread = normal.Spread.narrow(2, row, some), Own = null };
            using var part = NewDisposeScope();
            var deviations = common.Whitened(seen.narrow(2, row, some).to_type(ScalarType.Float32)).permute(2, 3, 0, 1).reshape(-1, count, channels);
            parts.Add(Strongest(deviations, start).MoveToOuterScope());
        }

        return new OwnCovariance(cat([.. parts.Select(part => part.Directions)], 0), cat([.. parts.Select(part => part.Scale)], 0), cat([.. parts.Select(part => part.Rest)], 0))
            .MoveToOuterScope();
    }

    /// <summary>Deviations by how unusual they are at their position, [N, K, h, w] to the same shape.</summary>
    public Tensor Apply(Tensor deviations)
    {
        using var scope = NewDisposeScope();
        var (count, channels, height, width) = (deviations.shape[0], deviations.shape[1], deviations.shape[2], deviations.shape[3]);
        var directions = Directions.to_type(ScalarType.Float32);
        var each = deviations.permute(2, 3, 1, 0).reshape(-1, channels, count);
        var along = directions.matmul(each) * (Scale - Rest);
        return (each * Rest + directions.transpose(1, 2).matmul(along)).reshape(height, width, channels, count).permute(3, 2, 0, 1).contiguous().MoveToOuterDisposeScope();
    }

    public OwnCovariance MoveToOuterScope() => new(Directions.MoveToOuterDisposeScope(), Scale.MoveToOuterDisposeScope(), Rest.MoveToOuterDisposeScope());

    /// <param name="deviations">[positions, N, K]</param>
    /// <param name="start">Any directions, [K, kept and spare].</param>
    private static OwnCovariance Strongest(Tensor deviations, Tensor start)
    {
        var (count, channels) = (deviations.shape[1], deviations.shape[2]);
        var across = deviations.transpose(1, 2);
        var basis = start.unsqueeze(0).expand([deviations.shape[0], .. start.shape]);
        for (var pass = 0; pass <= Passes; pass++)
        {
            basis = Orthonormal(across.matmul(deviations.matmul(basis)) / count);
        }

        var seen = deviations.matmul(basis);
        var (variances, turn) = linalg.eigh(seen.transpose(1, 2).matmul(seen) / count);
        var kept = DirectionsOf((int)channels);
        var strongest = variances.narrow(1, variances.shape[1] - kept, kept);
        var directions = basis.matmul(turn.narrow(2, turn.shape[2] - kept, kept)).transpose(1, 2);
        var left = (deviations.square().sum([1, 2]) / count - strongest.sum([1])).clamp_min(0) / Math.Max(1, channels - kept);
        var trust = (double)count / (count + channels);
        return new OwnCovariance(
            directions.to_type(ScalarType.Float16).contiguous(),
            (strongest.clamp_min(0) * trust + (1 - trust)).rsqrt().unsqueeze(2),
            (left * trust + (1 - trust)).rsqrt().reshape(-1, 1, 1));
    }

    /// <summary>Directions that span what these do, [positions, K, q]: by the Cholesky factor of their products, a tenth of the time of one QR after the other.</summary>
    private static Tensor Orthonormal(Tensor directions)
    {
        var unit = directions / directions.square().sum([1], keepdim: true).sqrt().clamp_min(1e-12f);
        for (var again = 0; again < 2; again++)
        {
            var products = unit.transpose(1, 2).matmul(unit);
            var factor = linalg.cholesky(products + eye(products.shape[2]) * 1e-5f);
            unit = linalg.solve_triangular(factor, unit.transpose(1, 2), upper: false).transpose(1, 2);
        }

        return unit;
    }
}
