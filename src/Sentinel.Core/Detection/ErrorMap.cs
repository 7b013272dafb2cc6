using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// One kind of error as a map: raw errors of its sources, counted by how unusual they are at their position. Errors in pixels and errors in
/// features differ in their sources alone.
/// </summary>
internal sealed class ErrorMap : Module
{
    // Of logarithms of good images' peaks.
    private const double UsualSpread = 0.4;

    // A few drawn defects say less about means and covariances of each position's own than all trials did, in which they were better: they are left out only where clearly worse.
    private const double ClearlyWorse = 0.9;

    private readonly IErrorSource[] _sources;

    /// <param name="name">Names the map's tensors in the weights file.</param>
    /// <param name="sources">What is compared.</param>
    /// <param name="gridWidth">Columns of the grid.</param>
    /// <param name="gridHeight">Rows of the grid.</param>
    public ErrorMap(string name, IErrorSource[] sources, int gridWidth, int gridHeight)
        : base(name)
    {
        _sources = sources;
        Channels = sources.Sum(source => source.Channels);
        Cells = (gridWidth, gridHeight);
        register_buffer("mean", zeros(1, Channels, gridHeight, gridWidth));
        register_buffer("spread", ones(1, Channels, gridHeight, gridWidth));
        register_buffer("whitening", eye(Channels));
        var own = OwnCovariance.None(Channels, gridWidth * gridHeight);
        register_buffer("own_directions", own.Directions);
        register_buffer("own_scale", own.Scale);
        register_buffer("own_rest", own.Rest);
        register_buffer("has_own", zeros(1));
        register_buffer("peak", ones(1));
    }

    /// <summary>K, the number of error channels.</summary>
    public int Channels { get; }

    /// <summary>What takes out what channels have in common.</summary>
    public ConvolutionKind Whitening => NormalErrors.WhiteningOf(Channels);

    /// <summary>Cells of the grid.</summary>
    public (int Width, int Height) Cells { get; }

    private NormalErrors Normal => new(
        get_buffer("mean")!, get_buffer("spread")!, get_buffer("whitening")!, get_buffer("has_own")!.item<float>() > 0 ? Own : null);

    private OwnCovariance Own => new(get_buffer("own_directions")!, get_buffer("own_scale")!, get_buffer("own_rest")!);

    /// <summary>Raw errors, [1, K, h, w].</summary>
    public Tensor Raw(Comparison comparison) => cat([.. _sources.Select(source => source.Measure(comparison))], 1);

    /// <summary>Deviations from what each position shows on normal images, in spreads, [N, K, h, w].</summary>
    public Tensor Deviations(Tensor raw) => Normal.Whitened(raw);

    /// <summary>How unusual each position is, where 1 is the typical peak of a normal image; [N, 1, h, w].</summary>
    /// <param name="deviations">As the map sees them, [N, K, h, w].</param>
    public Tensor Distance(Tensor deviations) => NormalErrors.Distance(deviations) / get_buffer("peak")!;

    /// <summary>Takes over what normal images show, borrowing between positions so that defects stand out most from normal images.</summary>
    /// <param name="seen">Raw errors to fit to, [N, K, h, w].</param>
    /// <param name="held">Raw errors of other normal images, [M, K, h, w].</param>
    /// <param name="defective">Raw errors of such images with drawn defects, [M, K, h, w].</param>
    /// <exception cref="MachineFaultException">Something else than finite numbers was computed.</exception>
    public Sharing Learn(Tensor seen, Tensor held, Tensor defective)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var moments = NormalErrors.Moments(seen);
        var (best, bestMargin, isBroken) = (new Sharing(true, 1, 1), double.NegativeInfinity, false);
        foreach (var sharing in NormalErrors.Choices)
        {
            Try(sharing, worthwhile: bestMargin);
        }

        if (OwnCovariance.CanBeLearntFrom(seen.shape[0], Channels))
        {
            Try(best with { Mean = 0, OwnCovariance = true }, worthwhile: ClearlyWorse * bestMargin);
        }

        return double.IsFinite(bestMargin) || !isBroken
            ? best
            : throw FiniteValues.Fault($"The map '{GetName()}' of good images holds values that are not finite numbers");

        void Try(Sharing sharing, double worthwhile)
        {
            using var trial = NewDisposeScope();
            var normal = NormalErrors.Fit(seen, moments, sharing);
            var (peaks, unusual) = (Peaks(normal, held), Peaks(normal, defective).log());
            var usual = peaks.log();
            isBroken |= !FiniteValues.AreAllOf(peaks); // Before the logarithm: a peak of 0 is no fault.
            var margin = ((unusual.median() - usual.mean()) / ShrunkSpread.Of(usual, UsualSpread)).item<float>();
            if (margin > worthwhile)
            {
                (best, bestMargin) = (sharing, margin);
                TakeOver(normal);
                get_buffer("peak")!.copy_(usual.mean().exp());
            }
        }
    }

    private void TakeOver(NormalErrors normal)
    {
        get_buffer("mean")!.copy_(normal.Mean);
        get_buffer("spread")!.copy_(normal.Spread);
        get_buffer("whitening")!.copy_(normal.Whitening);
        get_buffer("has_own")!.fill_(normal.Own is null ? 0 : 1);
        if (normal.Own is { } own)
        {
            get_buffer("own_directions")!.copy_(own.Directions);
            get_buffer("own_scale")!.copy_(own.Scale);
            get_buffer("own_rest")!.copy_(own.Rest);
        }
    }

    private static Tensor Peaks(NormalErrors normal, Tensor errors) => normal.Distances(errors).amax([1, 2, 3]);
}
