using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// The network of one product: a convolutional autoencoder with additive skips, learnt on corrupted known-good images. It looks at the image at
/// 1/2, 1/4, 1/8 and 1/16 of its size and predicts two corrections of its input. <c>Repaired</c> takes out what does not belong to the product but
/// keeps the camera's grain (the target of Bauer, arXiv 2206.11723), so that its difference from the input shows defects and not noise.
/// <c>Denoised</c> takes out noise as well and is for people.
/// </summary>
/// <remarks>Input and outputs: [N, C, H, W], 0..1, H and W multiples of 16; fully convolutional.</remarks>
internal sealed class DenoisingAutoencoder : Module<Tensor, (Tensor Repaired, Tensor Denoised)>
{
    /// <summary>Sides of an input must be multiples of this.</summary>
    public const int Stride = 16;

    private readonly Module<Tensor, Tensor> _half1, _half2, _quarter1, _quarter2, _eighth1, _eighth2, _sixteenth1, _sixteenth2, _sixteenth3;
    private readonly Module<Tensor, Tensor> _toEighth, _eighthOut, _toQuarter, _quarterOut, _toHalf, _halfOut, _repair, _denoise;

    /// <param name="channels">1 for grey, 3 for colour images.</param>
    /// <param name="width">Feature channels at half size; twice, three and four times as many below.</param>
    public DenoisingAutoencoder(int channels, int width = 32)
        : base(nameof(DenoisingAutoencoder))
    {
        _half1 = Convolution(4 * channels, width);
        _half2 = Convolution(width, width);
        _quarter1 = Convolution(width, 2 * width, stride: 2);
        _quarter2 = Convolution(2 * width, 2 * width);
        _eighth1 = Convolution(2 * width, 3 * width, stride: 2);
        _eighth2 = Convolution(3 * width, 3 * width);
        _sixteenth1 = Convolution(3 * width, 4 * width, stride: 2);
        _sixteenth2 = Convolution(4 * width, 4 * width);
        _sixteenth3 = Convolution(4 * width, 4 * width, dilation: 2);
        _toEighth = Conv2d(4 * width, 3 * width, 1);
        _eighthOut = Convolution(3 * width, 3 * width);
        _toQuarter = Conv2d(3 * width, 2 * width, 1);
        _quarterOut = Convolution(2 * width, 2 * width);
        _toHalf = Conv2d(2 * width, width, 1);
        _halfOut = Convolution(width, width);
        _repair = Correction(width, 4 * channels);
        _denoise = Correction(width, 4 * channels);
        FeatureChannels = 9 * width;
        RegisterComponents();
    }

    /// <summary>Channels of the features at 1/4, 1/8 and 1/16 together.</summary>
    public int FeatureChannels { get; }

    public override (Tensor Repaired, Tensor Denoised) forward(Tensor input)
    {
        var (half, quarter, eighth, sixteenth) = Encode(input);
        var decoded = _eighthOut.call(eighth + Enlarge(_toEighth.call(sixteenth)));
        decoded = _quarterOut.call(quarter + Enlarge(_toQuarter.call(decoded)));
        decoded = _halfOut.call(half + Enlarge(_toHalf.call(decoded)));
        return (Corrected(_repair), Corrected(_denoise));

        Tensor Corrected(Module<Tensor, Tensor> correction) => input + functional.pixel_shuffle(correction.call(decoded), 2);
    }

    /// <summary>What the encoder sees at 1/2, 1/4, 1/8 and 1/16 of the input's size.</summary>
    public (Tensor Half, Tensor Quarter, Tensor Eighth, Tensor Sixteenth) Encode(Tensor input)
    {
        var half = _half2.call(_half1.call(functional.pixel_unshuffle(input - 0.5, 2)));
        var quarter = _quarter2.call(_quarter1.call(half));
        var eighth = _eighth2.call(_eighth1.call(quarter));
        var sixteenth = _sixteenth3.call(_sixteenth2.call(_sixteenth1.call(eighth)));
        return (half, quarter, eighth, sixteenth);
    }

    private static Module<Tensor, Tensor> Convolution(int from, int to, int stride = 1, int dilation = 1)
    {
        var convolution = Conv2d(from, to, 3, stride: stride, padding: dilation, dilation: dilation);
        init.kaiming_normal_(convolution.weight, mode: init.FanInOut.FanIn, nonlinearity: init.NonlinearityType.ReLU);
        init.zeros_(convolution.bias);

        // Without a leak, the first steps on colour images silenced every channel of a layer, and nothing was learnt any more.
        return Sequential(("convolution", convolution), ("activation", LeakyReLU(0.1)));
    }

    /// <summary>Starts at zero: an untrained network returns its input.</summary>
    private static TorchSharp.Modules.Conv2d Correction(int from, int to)
    {
        var convolution = Conv2d(from, to, 3, padding: 1);
        init.zeros_(convolution.weight);
        init.zeros_(convolution.bias);
        return convolution;
    }

    private static Tensor Enlarge(Tensor features) => functional.interpolate(features, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
}
