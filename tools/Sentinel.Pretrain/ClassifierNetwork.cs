using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Convolution = Sentinel.Core.Torch.Convolution;

namespace Sentinel.Pretrain;

/// <summary>
/// The network that is trained: the encoder (64 channels at 1/2 of the size, 128 at 1/4, 256 at 1/8), one block of 512 at 1/16, the mean over the
/// picture and a linear classifier; and beside it, on the encoder's own channels, a linear judge of what does not belong in a picture, for trainings
/// in which they shall show that as well. Only the encoder is shipped. At width 64 and 64x64 pixels: 400 million multiply-adds,
/// 2.7 million parameters in the encoder.
/// </summary>
/// <remarks>Input: [N, 3, H, W], 0..1; output: [N, classes].</remarks>
internal sealed class ClassifierNetwork : Module<Tensor, Tensor>
{
    /// <summary>Makes the judge's steps smaller: it sums over all channels, which are not normalised, and would swing.</summary>
    private const double JudgeScale = 0.15;

    private readonly ConvolutionAndNorm _stem;
    private readonly ResidualBlock _half;
    private readonly ResidualBlock _quarter1;
    private readonly ResidualBlock _quarter2;
    private readonly ResidualBlock _eighth1;
    private readonly ResidualBlock _eighth2;
    private readonly ResidualBlock _sixteenth;
    private readonly Linear _classifier;
    private readonly Convolution _foreignAtHalf, _foreignAtQuarter, _foreignAtEighth;

    public ClassifierNetwork(int classes, int width, Generator generator)
        : base(nameof(ClassifierNetwork))
    {
        _stem = new ConvolutionAndNorm(3, width, 3, 2, generator);
        _half = new ResidualBlock(width, width, generator);
        _quarter1 = new ResidualBlock(width, 2 * width, generator);
        _quarter2 = new ResidualBlock(2 * width, 2 * width, generator);
        _eighth1 = new ResidualBlock(2 * width, 4 * width, generator);
        _eighth2 = new ResidualBlock(4 * width, 4 * width, generator);
        _sixteenth = new ResidualBlock(4 * width, 8 * width, generator);
        _classifier = Linear(8 * width, classes);
        (_foreignAtHalf, _foreignAtQuarter, _foreignAtEighth) = (Judge(width), Judge(2 * width), Judge(4 * width));
        init.zeros_(_classifier.weight);
        init.zeros_(_classifier.bias!);

        RegisterComponents();
    }

    /// <summary>What the convolutions compute with while the network learns; in evaluation it is always single precision, as in the product.</summary>
    public ScalarType Precision { get; init; } = ScalarType.Float32;

    public override Tensor forward(Tensor images) => See(images).Classes;

    /// <summary>Log-odds of the classes, [N, classes], and of something foreign at each cell of 4 x 4 pixels, [N, 1, H / 4, W / 4].</summary>
    public (Tensor Classes, Tensor Foreign) See(Tensor images)
    {
        var seen = Features(images);
        var (half, quarter, eighth) = (Single(seen[0]), Single(seen[1]), Single(seen[2]));
        var foreign = _foreignAtHalf.call(functional.max_pool2d(half, 2)) + _foreignAtQuarter.call(quarter)
            + Grid.Resized(_foreignAtEighth.call(eighth), quarter.shape[2], quarter.shape[3]);
        return (_classifier.call(Single(_sixteenth.call(seen[2])).mean([2, 3])), foreign * JudgeScale);

        static Tensor Single(Tensor features) => features.to_type(ScalarType.Float32);
    }

    /// <summary>What the encoder sees at 1/2, 1/4 and 1/8 of the size.</summary>
    public IReadOnlyList<Tensor> Features(Tensor images)
    {
        var seen = ((images - GeneralEncoder.Mean) / GeneralEncoder.Deviation).to_type(training ? Precision : ScalarType.Float32);
        var atHalf = _half.call(functional.relu(_stem.call(seen)));
        var atQuarter = _quarter2.call(_quarter1.call(atHalf));
        return [atHalf, atQuarter, _eighth2.call(_eighth1.call(atQuarter))];
    }

    /// <summary>The encoder's weights with every normalisation folded into its convolution, by the names <see cref="GeneralEncoder"/> knows.</summary>
    public Dictionary<string, Tensor> FoldEncoder()
    {
        var folded = new Dictionary<string, Tensor>();
        Add("stem", _stem);
        foreach (var (name, block) in new[] { ("half", _half), ("quarter1", _quarter1), ("quarter2", _quarter2), ("eighth1", _eighth1), ("eighth2", _eighth2) })
        {
            foreach (var (layerName, layer) in block.Layers)
            {
                Add($"{name}.{layerName}", layer);
            }
        }

        return folded;

        void Add(string name, ConvolutionAndNorm layer) => (folded[$"{name}.weight"], folded[$"{name}.bias"]) = layer.Fold();
    }

    private static Convolution Judge(int channels) => new(new(channels, 1, Kernel: 1));
}
