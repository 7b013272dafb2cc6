using Sentinel.Core.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>How much the denoiser would take out of good images: that is the product's own grain and no noise, and a clean image keeps it.</summary>
internal static class GrainMeasuring
{
    private const int MostPictures = 24;
    private const double Smallest = 1.0 / 255;
    private const double Largest = 0.25;
    private const double Step = 1.1;

    /// <summary>Good images come back with this mean square error: a peak signal-to-noise ratio of 44 dB.</summary>
    private static readonly double _untouched = Math.Pow(10, -4.4);

    /// <summary>
    /// The smallest correction, root mean square, 0..1, that may count as grain: with it good images pass all but untouched. At least one step
    /// of 8 bits.
    /// </summary>
    public static double Of(DenoisingAutoencoder network, IReadOnlyList<GoodPicture> pictures)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var corrections = pictures.Take(MostPictures).Select(picture =>
        {
            var piece = picture.CutNative(NativeDenoiser.SideOfTiles(picture.ShorterNativeSide), random);
            var input = tensor(piece.Samples, [1, piece.Channels, piece.Height, piece.Width]);
            var denoised = network.call(input).Denoised;
            return (Around: NativeDenoiser.Correction(input, denoised), Square: (input - denoised).square().mean([1], keepdim: true));
        }).ToList();
        var grain = Smallest;
        while (grain < Largest && corrections.Average(at => (NativeDenoiser.Share(at.Around, grain).square() * at.Square).mean().item<float>()) > _untouched)
        {
            grain *= Step;
        }

        return grain;
    }
}
