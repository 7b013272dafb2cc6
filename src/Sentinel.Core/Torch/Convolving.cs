using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Torch;

/// <summary>
/// The only place that asks Torch for a convolution. oneDNN computes wrongly on processors that do not report their cache sizes, wherever it has to fill
/// channels up to whole blocks by itself: it clears weights that count and leaves the filling uninitialised (decision 43). So channels are filled up
/// with zeros before the call, and convolutions of single pixels are matrix products in single precision, where filling up does not suffice.
/// One layout, channels last, is also the fastest.
/// </summary>
internal static class Convolving
{
    /// <summary>Channels that oneDNN computes together, on processors with 512-bit registers.</summary>
    private const int Block = 16;

    /// <summary>The convolution of <paramref name="input"/>, in its precision.</summary>
    /// <param name="kind">Its shape.</param>
    /// <param name="input">[N, from, H, W].</param>
    /// <param name="weight">[to, from, kernel, kernel], or as <see cref="Fill"/> returns it.</param>
    /// <param name="bias">[to], or as <see cref="Fill"/> returns it; null is zero.</param>
    /// <returns>[N, to, H / stride, W / stride], channels last.</returns>
    public static Tensor Convolve(ConvolutionKind kind, Tensor input, Tensor weight, Tensor? bias = null)
    {
        var seen = ChannelsLast(input);
        if (kind is { Kernel: 1, Stride: 1 } && seen.dtype is not ScalarType.BFloat16)
        {
            return functional.linear(seen, weight.flatten(1), bias).permute(0, 3, 1, 2);
        }

        var (filters, offset) = (FilledWeight(weight), bias is null ? null : Filled(bias, 0));
#pragma warning disable RS0030 // This is the place.
        var output = functional.conv2d(
            Filled(seen, 3).permute(0, 3, 1, 2), filters, offset,
            strides: [kind.Stride, kind.Stride], padding: [kind.Padding, kind.Padding], dilation: [kind.Dilation, kind.Dilation]);
#pragma warning restore RS0030
        return output.shape[1] == kind.To ? output : output.narrow(1, 0, kind.To);
    }

    /// <summary>Weight and bias as <see cref="Convolve"/> needs them. For those that are used often and never change.</summary>
    public static (Tensor Weight, Tensor Bias) Fill(ConvolutionKind kind, Tensor weight, Tensor bias) =>
        kind.Kernel == 1 ? (weight, bias) : (FilledWeight(weight), Filled(bias, 0));

    private static Tensor FilledWeight(Tensor weight) => Filled(Filled(ChannelsLast(weight), 3), 0).permute(0, 3, 1, 2);

    /// <summary>[N, C, H, W] to [N, H, W, C], channels side by side in memory.</summary>
    private static Tensor ChannelsLast(Tensor tensor) => tensor.permute(0, 2, 3, 1).contiguous();

    /// <summary>Zeros behind the last channel, up to a whole number of blocks.</summary>
    private static Tensor Filled(Tensor tensor, int dimension)
    {
        var missing = (Block - tensor.shape[dimension] % Block) % Block;
        if (missing == 0)
        {
            return tensor;
        }

        // From the last dimension to the first: before and after it.
        var around = new long[2 * (tensor.dim() - dimension)];
        around[^1] = missing;
        return functional.pad(tensor, around);
    }
}
