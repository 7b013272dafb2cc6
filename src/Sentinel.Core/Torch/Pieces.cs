using static TorchSharp.torch;

namespace Sentinel.Core.Torch;

/// <summary>Tensors that are gathered piece by piece.</summary>
internal static class Pieces
{
    /// <summary>One tensor of all pieces along the first dimension; the pieces are freed, or both would stay in memory until the scope ends.</summary>
    public static Tensor Join(List<Tensor> pieces)
    {
        var whole = cat([.. pieces]);
        pieces.ForEach(piece => piece.Dispose());
        return whole;
    }

    /// <summary>These rows of the first dimension, in this order. Torch's own index_select copies numbers of half precision one by one, which takes many times as long.</summary>
    public static Tensor Rows(Tensor whole, IEnumerable<long> rows)
    {
        using var scope = NewDisposeScope();
        return cat([.. rows.Select(row => whole.narrow(0, row, 1))], 0).MoveToOuterDisposeScope();
    }
}
