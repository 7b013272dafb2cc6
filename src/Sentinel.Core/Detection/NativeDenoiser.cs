using Sentinel.Core.Imaging;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// Denoises an image at its own size: overlapping tiles of one fixed shape go through the autoencoder, and the middle of each is kept. A
/// grey model takes the colours of an image one by one; a colour model sees grey as three equal colours. In an image that is no noisier than good
/// ones, what would be taken out of good images as well is the product's own grain, and stays.
/// </summary>
internal static class NativeDenoiser
{
    private const int Tile = 256;
    private const int Margin = 24;
    private const int Kept = Tile - 2 * Margin;
    private const int Neighbourhood = 15;

    /// <param name="network">The trained autoencoder.</param>
    /// <param name="modelChannels">1 or 3.</param>
    /// <param name="grain">What is taken out of good images, see <see cref="Correction"/>; twice as much does not belong there beyond doubt.</param>
    /// <param name="noisy">How far the whole image is noisier than good ones: 0 not at all, 1 beyond doubt.</param>
    /// <param name="frame">The image.</param>
    /// <param name="cancel">Ends it before the next tile; a megapixel takes about a second.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static Frame Denoise(
        DenoisingAutoencoder network, int modelChannels, double grain, double noisy, Frame frame, CancellationToken cancel = default)
    {
        var samples = new ushort[frame.Samples.Length];
        var tile = new float[frame.Channels * Tile * Tile];
        for (var y = 0; y < frame.Height; y += Kept)
        {
            for (var x = 0; x < frame.Width; x += Kept)
            {
                cancel.ThrowIfCancellationRequested();
                frame.TileToPlanar(x - Margin, y - Margin, Tile, tile);
                Keep(Through(network, modelChannels, grain, noisy, tile, frame.Channels), frame, x, y, samples);
            }
        }

        return new Frame(frame.Width, frame.Height, frame.Channels, samples, frame.BitDepth);
    }

    /// <summary>Root mean square, around each position, of what the network would take out: [N, C, H, W] to [N, 1, H, W], 0..1.</summary>
    public static Tensor Correction(Tensor input, Tensor denoised) =>
        functional.avg_pool2d((input - denoised).square().mean([1], keepdim: true), Neighbourhood, stride: 1, padding: Neighbourhood / 2, count_include_pad: false).sqrt();

    /// <summary>How much of a correction is carried out: nothing up to the grain, all from twice the grain on.</summary>
    public static Tensor Share(Tensor correction, double grain) => (correction / grain - 1).clamp(0, 1);

    private static float[] Through(DenoisingAutoencoder network, int modelChannels, double grain, double noisy, float[] tile, int channels)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var input = tensor(tile, [1, channels, Tile, Tile]);
        var denoised = (modelChannels, channels) switch
        {
            (1, 3) => cat([.. input.split(1, 1).Select(colour => network.call(colour).Denoised)], 1),
            (3, 1) => network.call(input.expand(1, 3, Tile, Tile)).Denoised.mean([1], keepdim: true),
            _ => network.call(input).Denoised,
        };
        return (input + Share(Correction(input, denoised), grain).clamp_min(noisy) * (denoised - input)).clamp(0, 1).contiguous().data<float>().ToArray();
    }

    private static void Keep(float[] tile, Frame frame, int x, int y, ushort[] samples)
    {
        for (var row = 0; row < Math.Min(Kept, frame.Height - y); row++)
        {
            for (var column = 0; column < Math.Min(Kept, frame.Width - x); column++)
            {
                for (var c = 0; c < frame.Channels; c++)
                {
                    var value = tile[(c * Tile + row + Margin) * Tile + column + Margin];
                    samples[((long)(y + row) * frame.Width + x + column) * frame.Channels + c] = (ushort)(value * 65535f + 0.5f);
                }
            }
        }
    }
}
