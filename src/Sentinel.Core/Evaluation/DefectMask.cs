using Sentinel.Core.Imaging;

namespace Sentinel.Core.Evaluation;

/// <summary>Where the defect of a test image is, pixel by pixel.</summary>
internal static class DefectMask
{
    /// <summary>True for each marked pixel, row by row; empty when the image has no mask file.</summary>
    /// <param name="sample">The test image.</param>
    /// <param name="width">Width of the image.</param>
    /// <param name="height">Height of the image.</param>
    /// <param name="limits">For reading the mask.</param>
    /// <exception cref="UnreadableImageException">The mask cannot be read, or is not of the image's size; the message names it.</exception>
    public static bool[] Read(MvtecSample sample, int width, int height, ImageLimits limits)
    {
        if (sample.MaskFile is null)
        {
            return [];
        }

        var mask = TestImage.Read(sample.MaskFile, limits);
        return (mask.Width, mask.Height) == (width, height)
            ? [.. mask.Samples.Where((_, i) => i % mask.Channels == 0).Select(value => value > ushort.MaxValue / 2)]
            : throw new UnreadableImageException(
                UnreadableReason.Damaged,
                $"The mask '{sample.MaskFile}' is {mask.Width} x {mask.Height}, its image '{sample.File}' {width} x {height}.");
    }
}
