using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection.Encoder;

/// <summary>
/// What any picture looks like to a small network that once learnt to tell 200 kinds of things apart and has been frozen since: 64 channels at
/// 1/2 of the size, 128 at 1/4, 256 at 1/8. It ships inside the assembly and knows nothing of any product. See docs/encoder.md for where it
/// comes from.
/// </summary>
/// <remarks>
/// Convolutions only (the normalisations of training are folded into them), so any size with sides that are multiples of
/// <see cref="Stride"/> will do. Belongs to the Torch thread, like every tensor. Gradients pass through it to its input.
/// </remarks>
internal sealed class GeneralEncoder : IDisposable
{
    /// <summary>Sides of an image must be multiples of this.</summary>
    public const int Stride = 8;

    /// <summary>Taken from every sample (0..1) before the first layer; the same in pretraining.</summary>
    public const double Mean = 0.45;

    /// <summary>Every sample is divided by this after <see cref="Mean"/> is taken off; the same in pretraining.</summary>
    public const double Deviation = 0.27;

    private readonly EncoderLayer _stem;
    private readonly EncoderLayer _greyStem;
    private readonly EncoderBlock _half, _quarter1, _quarter2, _eighth1, _eighth2;

    /// <param name="weights">Tensors by name, as <c>Sentinel.Pretrain</c> writes them; they are copied.</param>
    /// <exception cref="InvalidDataException">They are not those of this network.</exception>
    public GeneralEncoder(IReadOnlyDictionary<string, Tensor> weights)
    {
        using var scope = NewDisposeScope();
        _stem = EncoderLayer.From(weights, "stem", from: 3, stride: 2);
        _greyStem = _stem.ForGrey();
        _half = EncoderBlock.From(weights, "half", _stem.To, widens: false);
        _quarter1 = EncoderBlock.From(weights, "quarter1", _half.Channels, widens: true);
        _quarter2 = EncoderBlock.From(weights, "quarter2", _quarter1.Channels, widens: false);
        _eighth1 = EncoderBlock.From(weights, "eighth1", _quarter2.Channels, widens: true);
        _eighth2 = EncoderBlock.From(weights, "eighth2", _eighth1.Channels, widens: false);
    }

    /// <summary>Channels of the three maps that <see cref="Features"/> returns.</summary>
    public IReadOnlyList<int> Channels => [_half.Channels, _quarter2.Channels, _eighth2.Channels];

    public IEnumerable<ConvolutionKind> Convolutions =>
        new[] { _half, _quarter1, _quarter2, _eighth1, _eighth2 }.SelectMany(block => block.Convolutions).Prepend(_stem.Kind).Prepend(_greyStem.Kind);

    /// <summary>The encoder that ships with Sentinel.</summary>
    /// <exception cref="Models.ModelUnusableException">The weights in the assembly are damaged or not those this version was built with.</exception>
    public static GeneralEncoder Load()
    {
        using var scope = NewDisposeScope();
        return new GeneralEncoder(ShippedWeights.Encoder.Load());
    }

    /// <summary>The feature maps at 1/2, 1/4 and 1/8 of the size: [N, 64, H/2, W/2], [N, 128, H/4, W/4], [N, 256, H/8, W/8], all 0 or more.</summary>
    /// <param name="images">[N, 1 or 3, H, W], 0..1. Grey counts as three equal channels.</param>
    /// <exception cref="ArgumentException">Another shape; Torch itself would end the process over some of them.</exception>
    public IReadOnlyList<Tensor> Features(Tensor images)
    {
        if (images.shape is not [> 0, 1 or 3, > 0 and var height, > 0 and var width] || height % Stride != 0 || width % Stride != 0)
        {
            throw new ArgumentException(
                $"The encoder takes [N, 1 or 3, H, W] with sides that are multiples of {Stride}; this is [{string.Join(", ", images.shape)}].", nameof(images));
        }

        using var scope = NewDisposeScope();
        var seen = images.sub(Mean).div_(Deviation);
        var half = _half.Apply((images.shape[1] == 1 ? _greyStem : _stem).Apply(seen).relu_());
        var quarter = _quarter2.Apply(_quarter1.Apply(half));
        var eighth = _eighth2.Apply(_eighth1.Apply(quarter));
        return [half.MoveToOuterDisposeScope(), quarter.MoveToOuterDisposeScope(), eighth.MoveToOuterDisposeScope()];
    }

    public void Dispose()
    {
        _stem.Dispose();
        _greyStem.Dispose();
        _half.Dispose();
        _quarter1.Dispose();
        _quarter2.Dispose();
        _eighth1.Dispose();
        _eighth2.Dispose();
    }
}
