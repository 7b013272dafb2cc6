using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>What the defect head sees of many images, in half precision: of each look the deviations of every position, and their means over the image. It belongs to no dispose scope.</summary>
internal sealed class SeenImages : IDisposable
{
    private readonly IReadOnlyList<Tensor> _looks;
    private readonly IReadOnlyList<Tensor> _means;

    /// <param name="looks">The coarsest first.</param>
    /// <param name="capacity">How many images there is room for.</param>
    public SeenImages(IReadOnlyList<ErrorMap> looks, int capacity)
    {
        _looks = [.. looks.Select(look => empty([capacity, look.Channels + 1, look.Cells.Height, look.Cells.Width], ScalarType.Float16).DetachFromDisposeScope())];
        _means = [.. looks.Select(look => empty([capacity, look.Channels + 1, 1, 1], ScalarType.Float16).DetachFromDisposeScope())];
        Coarsest = looks[0].Cells;
    }

    /// <summary>Cells of the coarsest look, in which crops are counted.</summary>
    public (int Width, int Height) Coarsest { get; }

    /// <param name="row">Which of the images.</param>
    /// <param name="look">Which of the looks.</param>
    /// <param name="deviations">[1, K, h, w]</param>
    public void Put(int row, int look, Tensor deviations)
    {
        using var scope = NewDisposeScope();
        var seen = DefectHead.Seen(deviations);
        _looks[look][row].copy_(seen[0]);
        _means[look][row].copy_(HeadInput.Mean(seen)[0]);
    }

    /// <summary>Parts of some images.</summary>
    /// <param name="rows">Which images.</param>
    /// <param name="crops">Of each its part.</param>
    public HeadInput Cut(IReadOnlyList<int> rows, IReadOnlyList<Crop> crops) => new(
        [.. _looks.Select(look => cat([.. rows.Zip(crops, (row, crop) => crop.Of(look.narrow(0, row, 1), Coarsest.Height))], 0))],
        [.. _means.Select(means => Pieces.Rows(means, rows.Select(row => (long)row)))]);

    public void Dispose()
    {
        foreach (var tensor in _looks.Concat(_means))
        {
            tensor.Dispose();
        }
    }
}
