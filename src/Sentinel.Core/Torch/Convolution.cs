using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Torch;

/// <summary>
/// A convolution that keeps the size of its input, or divides it by its stride. It computes in the precision of its input; weights and their gradients
/// stay single.
/// </summary>
internal sealed class Convolution : Module<Tensor, Tensor>
{
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _dilation;

    /// <param name="from">Channels of the input.</param>
    /// <param name="to">Channels of the output.</param>
    /// <param name="kernel">Side of the kernel, odd.</param>
    /// <param name="stride">Every how many pixels there is an output.</param>
    /// <param name="dilation">Pixels from one position of the kernel to the next.</param>
    public Convolution(int from, int to, int kernel, int stride = 1, int dilation = 1)
        : base(nameof(Convolution))
    {
        var padding = (kernel - 1) / 2 * dilation;
        (_stride, _padding, _dilation) = ([stride, stride], [padding, padding], [dilation, dilation]);
        Weight = new Parameter(zeros(to, from, kernel, kernel));
        Bias = new Parameter(zeros(to));
        register_parameter("weight", Weight);
        register_parameter("bias", Bias);
    }

    /// <summary>[to, from, kernel, kernel]; zero at first.</summary>
    public Parameter Weight { get; }

    /// <summary>[to]; zero at first.</summary>
    public Parameter Bias { get; }

    public override Tensor forward(Tensor input) => functional.conv2d(
        input, Weight.to_type(input.dtype), Bias.to_type(input.dtype), strides: _stride, padding: _padding, dilation: _dilation);
}
