using Sentinel.Core.Imaging;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// Denoises an image at its own size: overlapping tiles go through the autoencoder, and the middle of each is kept, or all up to the image's
/// edge. No tile reaches beyond the image: mirrored there, the strip between a part and the edge would look like a bar that lies across the part.
/// A grey model takes the colours of an image one by one; a colour model sees grey as three equal colours. In an image that is no noisier than
/// good ones, what would be taken out of good images as well is the product's own grain, and stays.
/// </summary>
internal static class NativeDenoiser
{
    private const int Tile = 256;
    private const int Margin = 24;
    private const int Neighbourhood = 15;

    /// <param name="network">The trained autoencoder.</param>
    /// <param name="modelChannels">1 or 3.</param>
    /// <param name="grain">What is taken out of good images, see <see cref="Correction"/>; twice as much does not belong there beyond doubt.</param>
    /// <param name="noisy">How far the whole image is noisier than good ones: 0 not at all, 1 beyond doubt.</param>
    /// <param name="frame">The image.</param>
    /// <param name="cancel">Ends it before the next tile; a megapixel takes about a second.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="MachineFaultException">A sample is not a finite number. As an integer it would be black and look like a defect.</exception>
    public static Frame Denoise(
        DenoisingAutoencoder network, int modelChannels, double grain, double noisy, Frame frame, CancellationToken cancel = default)
    {
        var samples = new ushort[frame.Samples.Length];
        var (down, across) = (Spans(frame.Height).ToList(), Spans(frame.Width).ToList());
        var tile = new float[frame.Channels * down[0].Side * across[0].Side];
        foreach (var rows in down)
        {
            foreach (var columns in across)
            {
                cancel.ThrowIfCancellationRequested();
                frame.TileToPlanar(columns.Start, rows.Start, columns.Side, rows.Side, tile);
                Keep(Through(network, modelChannels, grain, noisy, tile, [1, frame.Channels, rows.Side, columns.Side]), frame, columns, rows, samples);
            }
        }

        return new Frame(frame.Width, frame.Height, frame.Channels, samples, frame.BitDepth);
    }

    /// <summary>Root mean square, around each position, of what the network would take out: [N, C, H, W] to [N, 1, H, W], 0..1.</summary>
    public static Tensor Correction(Tensor input, Tensor denoised) =>
        functional.avg_pool2d((input - denoised).square().mean([1], keepdim: true), Neighbourhood, stride: 1, padding: Neighbourhood / 2, count_include_pad: false).sqrt();

    /// <summary>How much of a correction is carried out: nothing up to the grain, all from twice the grain on.</summary>
    public static Tensor Share(Tensor correction, double grain) => (correction / grain - 1).clamp(0, 1);

    /// <summary>Side of the tiles of an image this long. A smaller image than a tile is mirrored up to the next multiple that the network takes.</summary>
    public static int SideOfTiles(int length) =>
        Math.Min(Tile, (length + DenoisingAutoencoder.Stride - 1) / DenoisingAutoencoder.Stride * DenoisingAutoencoder.Stride);

    /// <summary>The tiles along a side of the image.</summary>
    private static IEnumerable<Span> Spans(int length)
    {
        var side = SideOfTiles(length);
        for (var from = 0; from < length;)
        {
            var start = Math.Clamp(from - Margin, 0, Math.Max(0, length - side));
            var to = start + side >= length ? length : start + side - Margin;
            yield return new Span(start, side, from, to);
            from = to;
        }
    }

    private static float[] Through(DenoisingAutoencoder network, int modelChannels, double grain, double noisy, float[] tile, long[] shape)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var input = tensor(tile, shape);
        var denoised = (modelChannels, shape[1]) switch
        {
            (1, 3) => cat([.. input.split(1, 1).Select(colour => network.call(colour).Denoised)], 1),
            (3, 1) => network.call(input.expand(1, 3, shape[2], shape[3])).Denoised.mean([1], keepdim: true),
            _ => network.call(input).Denoised,
        };
        var samples = (input + Share(Correction(input, denoised), grain).clamp_min(noisy) * (denoised - input)).clamp(0, 1).contiguous().data<float>().ToArray();
        return samples.All(float.IsFinite) ? samples : throw FiniteValues.Fault("The denoised copy holds samples that are not finite numbers and was not made");
    }

    private static void Keep(float[] tile, Frame frame, Span columns, Span rows, ushort[] samples)
    {
        for (var y = rows.From; y < rows.To; y++)
        {
            for (var x = columns.From; x < columns.To; x++)
            {
                for (var c = 0; c < frame.Channels; c++)
                {
                    var value = tile[(c * rows.Side + y - rows.Start) * columns.Side + x - columns.Start];
                    samples[((long)y * frame.Width + x) * frame.Channels + c] = (ushort)(value * 65535f + 0.5f);
                }
            }
        }
    }

    /// <summary>Where a tile starts and how long it is, and from where to where of the image it is kept.</summary>
    private readonly record struct Span(int Start, int Side, int From, int To);
}
