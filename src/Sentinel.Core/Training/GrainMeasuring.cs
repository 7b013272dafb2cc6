using Sentinel.Core.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>How much the denoiser takes out of good images, which is the product's own grain and no noise.</summary>
internal static class GrainMeasuring
{
    private const int Size = 256;
    private const int MostPictures = 24;
    private const double MostPlaces = 0.95;
    private const double Smallest = 1.0 / 255;

    /// <summary>The correction that 95 % of all places stay below, root mean square, 0..1, at least one step of 8 bits.</summary>
    public static double Of(DenoisingAutoencoder network, IReadOnlyList<GoodPicture> pictures)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var corrections = pictures.Take(MostPictures).Select(picture =>
        {
            var piece = picture.CutNative(Size, random);
            var input = tensor(piece.Samples, [1, piece.Channels, Size, Size]);
            return NativeDenoiser.Correction(input, network.call(input).Denoised).flatten();
        });
        var sorted = cat([.. corrections]).sort().Values;
        return Math.Max(Smallest, sorted[(long)(MostPlaces * (sorted.shape[0] - 1))].item<float>());
    }
}
