using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>The positions that errors are compared at: one cell for each 8 x 8 pixels of the standardised image.</summary>
internal static class Grid
{
    public const int Cell = 8;

    /// <summary>Brings channels of any resolution to the grid: the mean over each cell, or bilinear where they are coarser.</summary>
    /// <param name="channels">[N, K, h, w]</param>
    /// <param name="imageHeight">Height of the standardised image they were made from.</param>
    public static Tensor Mean(Tensor channels, long imageHeight)
    {
        var perCell = channels.shape[2] * Cell / imageHeight;
        return perCell switch
        {
            1 => channels,
            > 1 => functional.avg_pool2d(channels, perCell),
            _ => Resized(channels, imageHeight / Cell, channels.shape[3] * (imageHeight / Cell) / channels.shape[2]),
        };
    }

    /// <summary>A map of cells on another number of cells, bilinear: [N, K, h, w] to [N, K, height, width].</summary>
    public static Tensor Resized(Tensor map, long height, long width) => map.shape[2] == height && map.shape[3] == width
        ? map
        : functional.interpolate(map, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
}
