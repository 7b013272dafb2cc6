using static TorchSharp.torch;

namespace Sentinel.Core.Torch;

/// <summary>
/// The layout in memory that Torch's convolutions are fastest with: channels side by side, [N, H, W, C]. A convolution whose input or kernel
/// lies so gives its output so, and sums, rectifiers and pooling keep it: one layout at the beginning is enough. TorchSharp has no name for it.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>The same values in the same shape [N, C, H, W], laid out so.</summary>
    public static Tensor LayOut(Tensor tensor) => tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
