using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// One kind of error as a map: raw errors of its sources, brought to D comparable directions and counted by how unusual they are at their
/// position. Errors in pixels and errors in features differ in their sources alone.
/// </summary>
internal sealed class ErrorMap : Module
{
    private readonly IErrorSource[] _sources;
    private readonly int _gridWidth, _gridHeight;

    /// <param name="name">Names the map's tensors in the weights file.</param>
    /// <param name="sources">What is compared.</param>
    /// <param name="directions">D.</param>
    /// <param name="gridWidth">Columns of the grid.</param>
    /// <param name="gridHeight">Rows of the grid.</param>
    public ErrorMap(string name, IErrorSource[] sources, int directions, int gridWidth, int gridHeight)
        : base(name)
    {
        (_sources, _gridWidth, _gridHeight) = (sources, gridWidth, gridHeight);
        var positions = gridWidth * gridHeight;
        register_buffer("projection", zeros(sources.Sum(source => source.Channels), directions));
        register_buffer("mean", zeros(positions, directions));
        register_buffer("whitening", zeros(positions, directions, directions));
        register_buffer("peak", ones(1));
    }

    /// <summary>[K, D]</summary>
    public Tensor Projection => get_buffer("projection")!;

    private NormalErrors Normal => new(get_buffer("mean")!, get_buffer("whitening")!);

    /// <summary>Raw errors, [1, K, h, w].</summary>
    public Tensor Raw(Comparison comparison) => cat([.. _sources.Select(source => source.Measure(comparison))], 1);

    /// <summary>Errors in the map's directions, [P, 1, D].</summary>
    public Tensor Projected(Comparison comparison) => ErrorProjection.Apply(Projection, Raw(comparison));

    /// <summary>Cells of the grid.</summary>
    public (int Width, int Height) Cells => (_gridWidth, _gridHeight);

    /// <summary>Deviations from what each position shows on normal images, in spreads, [N, D, h, w].</summary>
    /// <param name="projected">[P, N, D].</param>
    /// <param name="normal">What normal images show; what the map learnt where none is given.</param>
    public Tensor Deviations(Tensor projected, NormalErrors? normal = null) =>
        (normal ?? Normal).Whitened(projected).permute(1, 2, 0).reshape(projected.shape[1], projected.shape[2], _gridHeight, _gridWidth);

    /// <summary>
    /// How unusual each position is: the mean square of its whitened errors, smoothed over its neighbours, where 1 is the typical peak of a normal
    /// image; [N, 1, h, w].
    /// </summary>
    /// <param name="deviations">As the map sees them, [N, D, h, w].</param>
    public Tensor Distance(Tensor deviations) => Smoothed(deviations) / get_buffer("peak")!;

    /// <summary>Takes over what normal images show, borrowing between positions so that defects stand out most from normal images.</summary>
    /// <param name="seen">Projected errors to fit to, [P, N, D].</param>
    /// <param name="held">Projected errors of other normal images, [P, M, D].</param>
    /// <param name="defective">Projected errors of such images with drawn defects, [P, M, D].</param>
    public Sharing Learn(Tensor seen, Tensor held, Tensor defective)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (best, bestMargin) = (new Sharing(true, 1, 1), double.NegativeInfinity);
        var moments = new[] { false, true }.ToDictionary(neighbours => neighbours, neighbours => NormalErrors.Moments(seen, neighbours ? _gridWidth : null));
        foreach (var sharing in NormalErrors.Choices)
        {
            using var trial = NewDisposeScope();
            var normal = NormalErrors.Fit(moments[sharing.Neighbours], sharing);
            var (usual, unusual) = (LogPeaks(normal, held), LogPeaks(normal, defective));
            var margin = ((unusual.median() - usual.mean()) / usual.std().clamp_min(0.05)).item<float>();
            if (margin > bestMargin)
            {
                (best, bestMargin) = (sharing, margin);
                get_buffer("mean")!.copy_(normal.Mean);
                get_buffer("whitening")!.copy_(normal.Whitening);
                get_buffer("peak")!.copy_(usual.mean().exp());
            }
        }

        return best;
    }

    private Tensor LogPeaks(NormalErrors normal, Tensor errors) => Smoothed(Deviations(errors, normal)).amax([1, 2, 3]).log();

    private static Tensor Smoothed(Tensor deviations) =>
        functional.avg_pool2d(deviations.square().mean([1], keepdim: true), 3, stride: 1, padding: 1, count_include_pad: false);
}
