using Sentinel.Core.Detection.Encoder;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// A size at which the general encoder looks at an image, as a share of the standardised one. It learnt on pictures of 64 x 64 pixels: what
/// it knows is coarse, and it sees more from a little further away.
/// </summary>
internal sealed record Look(int Numerator, int Denominator)
{
    public static Look Half { get; } = new(1, 2);

    public static Look ThreeQuarters { get; } = new(3, 4);

    /// <summary>Cells of the encoder's coarsest map along a side of the standardised image, which is a multiple of 32 pixels.</summary>
    public int CellsAlong(int side) => side * Numerator / Denominator / GeneralEncoder.Stride;

    /// <summary>The image at this size, each pixel the mean of what it covers: [N, C, H, W] to [N, C, H * share, W * share].</summary>
    public Tensor Shrink(Tensor image)
    {
        using var scope = NewDisposeScope();
        var repeated = Numerator == 1 ? image : image.repeat_interleave(Numerator, 2).repeat_interleave(Numerator, 3);
        return functional.avg_pool2d(repeated, Denominator).MoveToOuterDisposeScope();
    }
}
