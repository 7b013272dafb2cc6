using Sentinel.Core.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// Denoises an image at its own size: overlapping tiles of one fixed shape go through the autoencoder, and the middle of each is kept. A
/// grey model takes the colours of an image one by one; a colour model sees grey as three equal colours.
/// </summary>
internal static class NativeDenoiser
{
    private const int Tile = 256;
    private const int Margin = 24;
    private const int Kept = Tile - 2 * Margin;

    public static Frame Denoise(DenoisingAutoencoder network, int modelChannels, Frame frame, CancellationToken cancel = default)
    {
        var samples = new ushort[frame.Samples.Length];
        var tile = new float[frame.Channels * Tile * Tile];
        for (var y = 0; y < frame.Height; y += Kept)
        {
            for (var x = 0; x < frame.Width; x += Kept)
            {
                cancel.ThrowIfCancellationRequested();
                frame.TileToPlanar(x - Margin, y - Margin, Tile, tile);
                Keep(Through(network, modelChannels, tile, frame.Channels), frame, x, y, samples);
            }
        }

        return new Frame(frame.Width, frame.Height, frame.Channels, samples, frame.BitDepth);
    }

    private static float[] Through(DenoisingAutoencoder network, int modelChannels, float[] tile, int channels)
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
        return denoised.clamp(0, 1).contiguous().data<float>().ToArray();
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
