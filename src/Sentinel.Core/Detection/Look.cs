using Sentinel.Core.Detection.Encoder;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// A size at which the general encoder looks at an image: the standardised one, divided. It learnt on pictures of 64 x 64 pixels: what it knows
/// is coarse, and it sees large things better from further away; lines and specks are seen at full size only.
/// </summary>
/// <param name="Divisor">1, 2 or 4.</param>
internal sealed record Look(int Divisor)
{
    public static Look Quarter { get; } = new(4);

    public static Look Half { get; } = new(2);

    public static Look Full { get; } = new(1);

    /// <summary>Cells of the encoder's coarsest map along a side of the standardised image, which is a multiple of 32 pixels.</summary>
    public int CellsAlong(int side) => side / Divisor / GeneralEncoder.Stride;

    /// <summary>The image at this size, each pixel the mean of what it covers: [N, C, H, W] to [N, C, H / divisor, W / divisor].</summary>
    public Tensor Shrink(Tensor image) => Divisor == 1 ? image : functional.avg_pool2d(image, Divisor);
}
