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
    }

    /// <summary>[K, D]</summary>
    public Tensor Projection => get_buffer("projection")!;

    private NormalErrors Normal => new(get_buffer("mean")!, get_buffer("whitening")!);

    /// <summary>Raw errors, [1, K, h, w].</summary>
    public Tensor Raw(Comparison comparison) => cat([.. _sources.Select(source => source.Measure(comparison))], 1);

    /// <summary>Errors in the map's directions, [P, 1, D].</summary>
    public Tensor Projected(Comparison comparison) => ErrorProjection.Apply(Projection, Raw(comparison));

    /// <summary>Mean square of the whitened errors at each position, about 1 on normal images; [1, 1, h, w].</summary>
    public Tensor Distance(Comparison comparison) => Normal.Distance(Projected(comparison)).reshape(1, 1, _gridHeight, _gridWidth);

    /// <summary>Takes over what normal images show.</summary>
    /// <param name="seen">Projected errors to fit to, [P, N, D].</param>
    /// <param name="held">Projected errors of other normal images, to choose by, [P, M, D].</param>
    public Sharing Learn(Tensor seen, Tensor held)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var learnt = NormalErrors.Fit(seen, held, _gridWidth, out var sharing);
        Normal.Mean.copy_(learnt.Mean);
        Normal.Whitening.copy_(learnt.Whitening);
        return sharing;
    }
}
