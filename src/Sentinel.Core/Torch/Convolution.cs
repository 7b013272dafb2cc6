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
    public Convolution(ConvolutionKind kind)
        : base(nameof(Convolution))
    {
        Kind = kind;
        Weight = new Parameter(zeros(kind.To, kind.From, kind.Kernel, kind.Kernel));
        Bias = new Parameter(zeros(kind.To));
        register_parameter("weight", Weight);
        register_parameter("bias", Bias);
    }

    public ConvolutionKind Kind { get; }

    /// <summary>[to, from, kernel, kernel]; zero at first.</summary>
    public Parameter Weight { get; }

    /// <summary>[to]; zero at first.</summary>
    public Parameter Bias { get; }

    /// <summary>What two convolutions of one shape make of the same input, computed as one: each alone would be filled up to a whole block.</summary>
    public static (Tensor, Tensor) Both(Convolution one, Convolution other, Tensor input)
    {
        var (weight, bias) = (cat([one.Weight, other.Weight], 0).to_type(input.dtype), cat([one.Bias, other.Bias], 0).to_type(input.dtype));
        var output = Convolving.Convolve(KindOfBoth(one.Kind), input, weight, bias);
        return (output.narrow(1, 0, one.Kind.To), output.narrow(1, one.Kind.To, one.Kind.To));
    }

    /// <summary>The shape of two such convolutions that are computed as one.</summary>
    public static ConvolutionKind KindOfBoth(ConvolutionKind each) => each with { To = 2 * each.To };

    public override Tensor forward(Tensor input) =>
        Convolving.Convolve(Kind, input, Weight.to_type(input.dtype), Bias.to_type(input.dtype));
}
