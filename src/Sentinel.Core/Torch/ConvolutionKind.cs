namespace Sentinel.Core.Torch;

/// <summary>The shape of a convolution, without the size of the images that it is applied to.</summary>
/// <param name="From">Channels of the input.</param>
/// <param name="To">Channels of the output.</param>
/// <param name="Kernel">Side of the kernel.</param>
/// <param name="Stride">Pixels of the input from one output to the next.</param>
/// <param name="Dilation">Pixels from one position of the kernel to the next.</param>
internal sealed record ConvolutionKind(int From, int To, int Kernel, int Stride = 1, int Dilation = 1)
{
    /// <summary>Zeros around the input, so that the output has the size of the input divided by the stride.</summary>
    public int Padding => (Kernel - 1) / 2 * Dilation;

    public override string ToString() =>
        $"{From} -> {To}, {Kernel}x{Kernel}{(Stride > 1 ? $", stride {Stride}" : "")}{(Dilation > 1 ? $", dilation {Dilation}" : "")}";
}
