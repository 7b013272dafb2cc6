using static TorchSharp.torch;

namespace Sentinel.Core.Torch;

/// <summary>A tensor that is gathered piece by piece.</summary>
internal static class Pieces
{
    /// <summary>One tensor of all pieces along the first dimension; the pieces are freed, or both would stay in memory until the scope ends.</summary>
    public static Tensor Join(List<Tensor> pieces)
    {
        var whole = cat([.. pieces]);
        pieces.ForEach(piece => piece.Dispose());
        return whole;
    }
}
