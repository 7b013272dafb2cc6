using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Convolution = Sentinel.Core.Torch.Convolution;

namespace Sentinel.Core.Detection;

/// <summary>
/// The network of one product: a convolutional autoencoder with additive skips, learnt on corrupted known-good images. It looks at the image at
/// 1/2, 1/4, 1/8 and 1/16 of its size, each reached by plain filters and refined by what is added to them, so that it begins as filters, which
/// learn fast, and predicts two corrections of its input. <c>Repaired</c> takes out what does not belong to the product but keeps the camera's
/// grain (the target of Bauer, arXiv 2206.11723), so that its difference from the input shows defects and not noise. <c>Denoised</c> takes out
/// noise as well and is for people.
/// </summary>
/// <remarks>Input and outputs: [N, C, H, W], 0..1, H and W multiples of 16; fully convolutional.</remarks>
internal sealed class DenoisingAutoencoder : Module<Tensor, (Tensor Repaired, Tensor Denoised)>
{
    /// <summary>Sides of an input must be multiples of this.</summary>
    public const int Stride = 16;

    /// <summary>Channels of a colour image.</summary>
    public const int Colours = 3;

    // Corrections are small beside features: without it, the first steps overshoot.
    private const double CorrectionScale = 0.1;

    private readonly Module<Tensor, Tensor> _half1, _half2, _quarter1, _quarter2, _eighth1, _eighth2, _sixteenth1, _sixteenth2, _sixteenth3;
    private readonly Module<Tensor, Tensor> _toEighth, _eighthOut, _toQuarter, _quarterOut, _toHalf, _halfOut;
    private readonly Convolution _repair, _denoise;
    private readonly ColourAxes? _axes;

    /// <param name="channels">1 for grey, 3 for colour images.</param>
    /// <param name="width">Feature channels at half size; twice, three and four times as many below.</param>
    public DenoisingAutoencoder(int channels, int width = 32)
        : base(nameof(DenoisingAutoencoder))
    {
        _half1 = Filters(4 * channels, width, stride: 1);
        _half2 = new Refinement(width);
        _quarter1 = Filters(width, 2 * width, stride: 2);
        _quarter2 = new Refinement(2 * width);
        _eighth1 = Filters(2 * width, 3 * width, stride: 2);
        _eighth2 = new Refinement(3 * width);
        _sixteenth1 = Filters(3 * width, 4 * width, stride: 2);
        _sixteenth2 = new Refinement(4 * width);
        _sixteenth3 = new Refinement(4 * width, dilation: 2);
        _toEighth = Filters(4 * width, 3 * width, kernel: 1);
        _eighthOut = new Refinement(3 * width);
        _toQuarter = Filters(3 * width, 2 * width, kernel: 1);
        _quarterOut = new Refinement(2 * width);
        _toHalf = Filters(2 * width, width, kernel: 1);
        _halfOut = new Refinement(width);

        // At zero: an untrained network returns its input.
        _repair = new Convolution(new(width, 4 * channels, Kernel: 3));
        _denoise = new Convolution(new(width, 4 * channels, Kernel: 3));
        FeatureChannels = 9 * width;
        _axes = channels == Colours ? new ColourAxes() : null;
        RegisterComponents();
    }

    /// <summary>Channels of the features at 1/4, 1/8 and 1/16 together.</summary>
    public int FeatureChannels { get; }

    /// <summary>The convolution that both corrections come from.</summary>
    public ConvolutionKind Corrections => Convolution.KindOfBoth(_repair.Kind);

    /// <summary>What the convolutions compute in while the network learns; single where it is used.</summary>
    public ScalarType Precision { get; set; } = ScalarType.Float32;

    public override (Tensor Repaired, Tensor Denoised) forward(Tensor input)
    {
        var (half, quarter, eighth, sixteenth) = Encode(input);
        var decoded = _eighthOut.call(eighth + Enlarge(_toEighth.call(sixteenth)));
        decoded = _quarterOut.call(quarter + Enlarge(_toQuarter.call(decoded)));
        decoded = _halfOut.call(half + Enlarge(_toHalf.call(decoded)));
        var (repair, denoise) = Convolution.Both(_repair, _denoise, decoded);
        return (Corrected(repair), Corrected(denoise));

        Tensor Corrected(Tensor correction)
        {
            var change = functional.pixel_shuffle(correction.to_type(ScalarType.Float32), 2) * CorrectionScale;
            return input + (_axes?.Back(change) ?? change);
        }
    }

    /// <summary>What the encoder sees at 1/2, 1/4, 1/8 and 1/16 of the input's size.</summary>
    public (Tensor Half, Tensor Quarter, Tensor Eighth, Tensor Sixteenth) Encode(Tensor input)
    {
        var seen = input - 0.5;
        var unshuffled = functional.pixel_unshuffle(_axes?.Along(seen) ?? seen, 2);
        var half = _half2.call(_half1.call(unshuffled.to_type(training ? Precision : ScalarType.Float32)));
        var quarter = _quarter2.call(_quarter1.call(half));
        var eighth = _eighth2.call(_eighth1.call(quarter));
        var sixteenth = _sixteenth3.call(_sixteenth2.call(_sixteenth1.call(eighth)));
        return (half, quarter, eighth, sixteenth);
    }

    /// <summary>
    /// Goes on from the weights of a network for colours, which has learnt that grey is three equal ones: a grey network sees, and changes, their brightness.
    /// </summary>
    /// <param name="weights">By name, as <c>Sentinel.Pretrain</c> writes them.</param>
    /// <exception cref="InvalidDataException">They are those of another network.</exception>
    public void StartFrom(IReadOnlyDictionary<string, Tensor> weights) => this.TakeOver(weights, "denoiser", (name, given) => _axes is not null ? given : name switch
    {
        "_half1.weight" => given[.., ..4],
        "_repair.weight" or "_repair.bias" or "_denoise.weight" or "_denoise.bias" => given[..4] * ColourAxes.BrightnessBack,
        _ => given,
    });

    private static Convolution Filters(int from, int to, int stride = 1, int kernel = 3)
    {
        using var noGradient = no_grad();
        var convolution = new Convolution(new(from, to, kernel, stride));
        init.kaiming_normal_(convolution.Weight, mode: init.FanInOut.FanIn, nonlinearity: init.NonlinearityType.Linear);
        return convolution;
    }

    private static Tensor Enlarge(Tensor features) => functional.interpolate(features, scale_factor: [2, 2], mode: InterpolationMode.Nearest);

    /// <summary>Adds to its input what a convolution with a rectifier makes of it.</summary>
    private sealed class Refinement : Module<Tensor, Tensor>
    {
        // Small at first, so that many in a row change little.
        private const double Gain = 0.5;

        private readonly Convolution _convolution;

        public Refinement(int channels, int dilation = 1)
            : base(nameof(Refinement))
        {
            _convolution = new Convolution(new(channels, channels, Kernel: 3, Dilation: dilation));
            using var noGradient = no_grad();
            init.kaiming_normal_(_convolution.Weight, mode: init.FanInOut.FanIn, nonlinearity: init.NonlinearityType.ReLU).mul_(Gain);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input + functional.leaky_relu(_convolution.call(input), 0.1);
    }
}
