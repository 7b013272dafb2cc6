using static TorchSharp.torch;

namespace Sentinel.Core.Torch;

/// <summary>How one convolution is computed: kind, input, weight, bias.</summary>
internal delegate Tensor Convolver(ConvolutionKind kind, Tensor input, Tensor weight, Tensor? bias);

/// <summary>A convolution that this machine computes wrongly.</summary>
/// <param name="Kind">Its shape.</param>
/// <param name="Precision">What it was computed in.</param>
/// <param name="Result">What is wrong: the output, or one of the gradients.</param>
internal sealed record WrongConvolution(ConvolutionKind Kind, ScalarType Precision, string Result)
{
    public override string ToString() => $"{Kind} in {Precisions.NameOf(Precision)} ({Result})";
}

/// <summary>
/// Compares convolutions of this machine with the same ones in double precision: the output and all gradients. Some processors do not report what oneDNN
/// chooses its kernels by, and it then computes wrongly without a word (decision 43).
/// </summary>
/// <remarks>
/// All values are small whole numbers and all sums stay below 256, so that every precision holds them exactly and any difference is a fault. Results
/// are compared after their channels are summed with random factors, which takes a hundredth of the time of the whole computation in double
/// precision and misses nothing but faults that cancel out (Freivalds 1979).
/// </remarks>
/// <param name="convolve">What is checked.</param>
internal sealed class ConvolutionCheck(Convolver convolve)
{
    private const double LeastFault = 0.5;

    public ConvolutionCheck()
        : this(Convolving.Convolve)
    {
    }

    /// <summary>What is wrong; nothing on a sound machine. On the Torch thread.</summary>
    /// <param name="kinds">What to check.</param>
    /// <param name="precision">What to compute in.</param>
    /// <param name="gradients">Whether the gradients are checked as well, which training needs.</param>
    /// <param name="images">N of the input.</param>
    /// <param name="side">Height and width of the input.</param>
    public IReadOnlyList<WrongConvolution> Run(IEnumerable<ConvolutionKind> kinds, ScalarType precision, bool gradients = true, int images = 2, int side = 8) =>
        [.. kinds.Distinct().Select(kind => Check(kind, precision, gradients, images, side)).OfType<WrongConvolution>()];

    private WrongConvolution? Check(ConvolutionKind kind, ScalarType precision, bool gradients, int images, int side)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var (input, weight, bias) = (Draw(images, kind.From, side, side), Draw(kind.To, kind.From, kind.Kernel, kind.Kernel), Draw(kind.To));
        Tensor[] given = [.. new[] { input, weight, bias }.Select(values => values.to_type(precision).detach().requires_grad_(gradients))];
        var output = convolve(kind, given[0], given[1], given[2]);

        // The same in double precision, of one channel that is the sum of all.
        var (overFrom, overTo) = (Factors(kind.From), Factors(kind.To));
        var filter = Over(weight.transpose(0, 1), overTo).transpose(0, 1);
        return Compare("output", Over(output, overTo), Convolving.Convolve(kind with { To = 1 }, Double(input), filter, Double(bias).dot(overTo).reshape(1)))
            ?? (gradients ? CompareGradients() : null);

        WrongConvolution? CompareGradients()
        {
            var above = Draw(output.shape);
            var found = autograd.grad([output], given, [above.to_type(precision)]);
            var start = zeros([images, 1, side, side], ScalarType.Float64, requires_grad: true);
            var ofInput = autograd.grad([Convolving.Convolve(kind with { From = 1 }, start, Over(weight, overFrom))], [start], [Double(above)])[0];
            var filters = zeros([1, 1, kind.Kernel, kind.Kernel], ScalarType.Float64, requires_grad: true);
            var ofWeight = autograd.grad([Convolving.Convolve(kind with { From = 1, To = 1 }, Over(input, overFrom), filters)], [filters], [Over(above, overTo)])[0];
            return Compare("gradient of the input", Over(found[0], overFrom), ofInput)
                ?? Compare("gradient of the weight", Over(Over(found[1], overFrom).transpose(0, 1), overTo), ofWeight)
                ?? Compare("gradient of the bias", Double(found[2]), Double(above).sum([0, 2, 3]));
        }

        // -1, 0 and 1, half of them 0.
        Tensor Draw(params long[] shape) => (randint(0, 2, shape, generator: generator) - randint(0, 2, shape, generator: generator)).to_type(ScalarType.Float32);

        // Odd: no channel is left out.
        Tensor Factors(int channels) => (randint(0, 4, [channels], generator: generator) * 2 - 3).to_type(ScalarType.Float64);

        WrongConvolution? Compare(string result, Tensor found, Tensor right) =>
            (found - right).abs().max().item<double>() < LeastFault ? null : new WrongConvolution(kind, precision, result);
    }

    private static Tensor Double(Tensor tensor) => tensor.detach().to_type(ScalarType.Float64);

    /// <summary>[N, C, H, W] to [N, 1, H, W].</summary>
    private static Tensor Over(Tensor tensor, Tensor factors) => (Double(tensor) * factors.reshape(1, -1, 1, 1)).sum([1], keepdim: true);
}
