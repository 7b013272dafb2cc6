using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// Errors of the picture itself: mean difference (signed, per channel), mean and largest absolute difference, and at 1, 1/2 and 1/4 of the
/// size the loss of structural similarity (SSIM, Wang 2004, over 7 x 7 boxes) and of gradient magnitude similarity (Xue 2014).
/// </summary>
internal sealed class PixelError(int imageChannels) : IErrorSource
{
    private const double LuminanceFloor = 0.01 * 0.01;
    private const double ContrastFloor = 0.03 * 0.03;
    private const double GradientFloor = 0.0026;

    public int Channels => imageChannels + 2 + 6;

    public Tensor Measure(Comparison comparison)
    {
        var (input, repaired) = (comparison.Input, comparison.Repaired);
        var height = input.shape[2];
        var difference = input - repaired;
        var absolute = difference.abs().mean([1], keepdim: true);
        var smoothed = functional.avg_pool2d(absolute, 3, stride: 1, padding: 1);
        List<Tensor> errors =
        [
            Grid.Mean(difference, height),
            Grid.Mean(absolute, height),
            functional.max_pool2d(smoothed, Grid.Cell),
        ];

        var (grey, greyRepaired) = (input.mean([1], keepdim: true), repaired.mean([1], keepdim: true));
        for (var scale = 1; scale <= 4; scale *= 2)
        {
            if (scale > 1)
            {
                (grey, greyRepaired) = (functional.avg_pool2d(grey, 2), functional.avg_pool2d(greyRepaired, 2));
            }

            errors.Add(Grid.Mean(StructureLoss(grey, greyRepaired), height));
            errors.Add(Grid.Mean(GradientLoss(grey, greyRepaired), height));
        }

        return cat(errors, 1);
    }

    /// <summary>1 - SSIM, 0..2.</summary>
    private static Tensor StructureLoss(Tensor a, Tensor b)
    {
        var (meanA, meanB) = (Local(a), Local(b));
        var (varianceA, varianceB) = (Local(a * a) - meanA * meanA, Local(b * b) - meanB * meanB);
        var covariance = Local(a * b) - meanA * meanB;
        var similarity = (2 * meanA * meanB + LuminanceFloor) * (2 * covariance + ContrastFloor)
            / ((meanA * meanA + meanB * meanB + LuminanceFloor) * (varianceA + varianceB + ContrastFloor));
        return 1 - similarity;
    }

    /// <summary>1 - GMS with Prewitt gradients, 0..1.</summary>
    private static Tensor GradientLoss(Tensor a, Tensor b)
    {
        var (gradientA, gradientB) = (Gradient(a), Gradient(b));
        return 1 - (2 * gradientA * gradientB + GradientFloor) / (gradientA * gradientA + gradientB * gradientB + GradientFloor);
    }

    private static Tensor Gradient(Tensor grey)
    {
        var padded = functional.pad(grey, [1, 1, 1, 1], PaddingModes.Replicate);
        var (horizontal, vertical) = (Change(padded, along: 3, across: 2), Change(padded, along: 2, across: 3));
        return (horizontal * horizontal + vertical * vertical + 1e-8).sqrt();
    }

    /// <summary>Difference of the pixels before and after each along one side, mean of three across: two of each side fewer.</summary>
    private static Tensor Change(Tensor padded, int along, int across)
    {
        var difference = padded.narrow(along, 0, padded.shape[along] - 2) - padded.narrow(along, 2, padded.shape[along] - 2);
        var kept = difference.shape[across] - 2;
        return (difference.narrow(across, 0, kept) + difference.narrow(across, 1, kept) + difference.narrow(across, 2, kept)) / 3;
    }

    private static Tensor Local(Tensor image) =>
        functional.avg_pool2d(functional.pad(image, [3, 3, 3, 3], PaddingModes.Replicate), 7, stride: 1);
}
