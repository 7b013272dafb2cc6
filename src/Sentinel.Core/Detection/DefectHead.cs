using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Convolution = Sentinel.Core.Torch.Convolution;

namespace Sentinel.Core.Detection;

/// <summary>
/// Learns which deviations from normal images matter: a small network over the whitened deviations of a position, its neighbours and the whole
/// image's mean, trained to tell drawn defects from the product's own variation (the discriminative half of Zavrtanik 2021, DRAEM, in the features
/// of a frozen encoder), going on from what it learnt of other products. A distance counts every direction alike; this one does not. The mean lets it
/// forgive what is the same all over the image: its light.
/// </summary>
/// <remarks>
/// Output: [N, 1, h, w] on the cells of the finest look, the higher the more like a defect; a log-odds without a meaning of its own. It computes in
/// the precision of its input.
/// </remarks>
internal sealed class DefectHead : Module<HeadInput, Tensor>
{
    private const int Width = 64;
    private const double Farthest = 6;

    private readonly ModuleList<Convolution> _mix, _mixImage;
    private readonly Convolution _around;
    private readonly Convolution _judge;

    /// <param name="channels">K of each look.</param>
    public DefectHead(IReadOnlyList<int> channels)
        : base(nameof(DefectHead))
    {
        // The mean square comes along with the deviations.
        _mix = new ModuleList<Convolution>([.. channels.Select(count => Filters(count + 1, Width, 1))]);
        _mixImage = new ModuleList<Convolution>([.. channels.Select(count => Filters(count + 1, Width, 1))]);
        _around = Filters(Width, Width, 3);
        _judge = Filters(Width, 1, 1);
        RegisterComponents();
    }

    /// <summary>What of a look's deviations counts, [N, K, h, w] to [N, K + 1, h, w]: each up to where farther says no more, and how far they are together.</summary>
    public static Tensor Seen(Tensor deviations) =>
        cat([deviations.clamp(-Farthest, Farthest), deviations.square().mean([1], keepdim: true).clamp_min(1e-6).log()], 1);

    /// <summary>Goes on from what a head learnt of other products.</summary>
    /// <param name="weights">By name, as <c>Sentinel.Pretrain</c> writes them.</param>
    /// <exception cref="InvalidDataException">They are those of another network.</exception>
    public void StartFrom(IReadOnlyDictionary<string, Tensor> weights) => this.TakeOver(weights, "defect head");

    public override Tensor forward(HeadInput input)
    {
        var finest = input.Seen[^1].shape;

        // Mixed before they are enlarged: the same sum, of fewer cells.
        var mixed = input.Seen.Select((look, i) => Grid.Resized(_mix[i].call(look) + _mixImage[i].call(input.OverImage[i]), finest[2], finest[3]))
            .Aggregate((one, other) => one + other);
        mixed = functional.dropout2d(functional.gelu(mixed), 0.2, training);
        return _judge.call(functional.gelu(_around.call(mixed))).to_type(ScalarType.Float32);
    }

    private static Convolution Filters(int from, int to, int kernel)
    {
        var convolution = new Convolution(new(from, to, kernel));
        using var noGradient = no_grad();
        init.kaiming_uniform_(convolution.Weight, a: Math.Sqrt(5));
        return convolution;
    }
}

/// <summary>What the defect head judges by.</summary>
/// <param name="Seen">Of each look what <see cref="DefectHead.Seen"/> makes of the deviations, [N, K + 1, h, w], coarsest look first: images, or the same part of each look.</param>
/// <param name="OverImage">Of each look the means over whole images, [N, K + 1, 1, 1].</param>
internal sealed record HeadInput(IReadOnlyList<Tensor> Seen, IReadOnlyList<Tensor> OverImage)
{
    /// <summary>Whole images.</summary>
    /// <param name="deviations">Of each look, [N, K, h, w].</param>
    public static HeadInput Of(IReadOnlyList<Tensor> deviations)
    {
        IReadOnlyList<Tensor> seen = [.. deviations.Select(DefectHead.Seen)];
        return new HeadInput(seen, [.. seen.Select(Mean)]);
    }

    /// <summary>[N, K + 1, h, w] to [N, K + 1, 1, 1].</summary>
    public static Tensor Mean(Tensor seen) => seen.mean([2, 3], keepdim: true);
}
