using static TorchSharp.torch;

namespace Sentinel.Core.Torch;

/// <summary>How one convolution is computed: kind, input, weight, bias.</summary>
internal delegate Tensor Convolver(ConvolutionKind kind, Tensor input, Tensor weight, Tensor? bias);

/// <summary>A convolution that this machine computes wrongly.</summary>
/// <param name="Kind">Its shape.</param>
/// <param name="Precision">What it was computed in.</param>
/// <param name="Result">What was wrong: the output, or one of the gradients.</param>
/// <param name="Error">Largest difference from what is right, as a share of the largest right value; NaN where the result is no number.</param>
internal sealed record WrongConvolution(ConvolutionKind Kind, ScalarType Precision, string Result, double Error)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Kind} in {(Precision is ScalarType.BFloat16 ? "bfloat16" : "single precision")}: {Result} {(double.IsNaN(Error) ? "is not a number" : $"is off by {Error:P0}")}");
}

/// <summary>
/// Compares convolutions of this machine with the same ones in double precision: the output and both gradients, on small whole numbers, which every
/// precision holds exactly. Some processors do not report what oneDNN chooses its kernels by, and it then computes wrongly without a word (decision 43).
/// </summary>
/// <param name="convolve">What is checked.</param>
internal sealed class ConvolutionCheck(Convolver convolve)
{
    private const int Side = 12;
    private const int Images = 2;

    // Sums of whole numbers are exact in single precision; bfloat16 rounds results to 8 bits, and sums in parts on processors without it.
    private const double ToleranceInSingle = 1e-5, ToleranceInBfloat16 = 3e-2;

    public ConvolutionCheck()
        : this(Convolving.Convolve)
    {
    }

    /// <summary>What is wrong; nothing on a sound machine. On the Torch thread.</summary>
    public IReadOnlyList<WrongConvolution> Run(IEnumerable<ConvolutionKind> kinds, ScalarType precision) =>
        [.. kinds.Distinct().Select(kind => Run(kind, precision, Images, Side)).OfType<WrongConvolution>()];

    /// <summary>One kind on images of any size; null when all is right.</summary>
    internal WrongConvolution? Run(ConvolutionKind kind, ScalarType precision, int images, int side)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var (input, weight) = (Draw(images, kind.From, side, side), Draw(kind.To, kind.From, kind.Kernel, kind.Kernel));
        var bias = Draw(kind.To);
        var outgoing = Draw(images, kind.To, (side + kind.Stride - 1) / kind.Stride, (side + kind.Stride - 1) / kind.Stride);
        var (found, right) = (Compute(convolve, precision), Compute(Convolving.Convolve, ScalarType.Float64));
        var tolerance = precision is ScalarType.BFloat16 ? ToleranceInBfloat16 : ToleranceInSingle;
        return new[] { "the output", "the gradient of the input", "the gradient of the weight", "the gradient of the bias" }
            .Zip(found, right)
            .Select(result => (Name: result.First, Error: Difference(result.Second, result.Third)))
            .Where(result => !(result.Error <= tolerance))
            .Select(result => new WrongConvolution(kind, precision, result.Name, result.Error))
            .FirstOrDefault();

        Tensor Draw(params long[] shape) => randint(-2, 3, shape, generator: generator).to_type(ScalarType.Float32);

        Tensor[] Compute(Convolver by, ScalarType type)
        {
            Tensor[] given = [.. new[] { input, weight, bias }.Select(tensor => tensor.to_type(type).detach().requires_grad_(true))];
            var output = by(kind, given[0], given[1], given[2]);
            return [output, .. autograd.grad([output], given, [outgoing.to_type(type)])];
        }
    }

    private static double Difference(Tensor found, Tensor right)
    {
        var scale = Math.Max(1, right.abs().max().item<double>());
        return (found.to_type(ScalarType.Float64) - right).abs().max().item<double>() / scale;
    }
}
