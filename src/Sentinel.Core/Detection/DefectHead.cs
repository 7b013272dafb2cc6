using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// Learns which deviations from normal images matter: a small network over the whitened deviations of a position, its neighbours and the whole
/// image's mean, trained to tell drawn defects from the product's own variation (the discriminative half of Zavrtanik 2021, DRAEM, in the features
/// of a frozen encoder). A distance counts every direction alike; this one does not. The mean lets it forgive what is the same all over the image: its light.
/// </summary>
/// <remarks>
/// Input: of each look what <see cref="Seen"/> makes of the deviations, [N, K + 1, h, w], coarsest look first; output: [N, 1, h, w] on the cells of
/// the finest, the higher the more like a defect; a log-odds without a meaning of its own.
/// </remarks>
internal sealed class DefectHead : Module<IReadOnlyList<Tensor>, Tensor>
{
    private const int Width = 64;
    private const double Farthest = 6;

    private readonly ModuleList<Conv2d> _mix, _mixImage;
    private readonly Conv2d _around, _aroundImage;
    private readonly Conv2d _judge;

    /// <param name="channels">K of each look.</param>
    public DefectHead(IReadOnlyList<int> channels)
        : base(nameof(DefectHead))
    {
        // The mean square comes along with the deviations.
        _mix = new ModuleList<Conv2d>([.. channels.Select(count => Conv2d(count + 1, Width, 1))]);
        _mixImage = new ModuleList<Conv2d>([.. channels.Select(count => Conv2d(count + 1, Width, 1, bias: false))]);
        _around = Conv2d(Width, Width, 3, padding: 1);
        _aroundImage = Conv2d(Width, Width, 1, bias: false);
        _judge = Conv2d(Width, 1, 1);
        RegisterComponents();
    }

    /// <summary>What of a look's deviations counts, [N, K, h, w] to [N, K + 1, h, w]: each up to where farther says no more, and how far they are together.</summary>
    public static Tensor Seen(Tensor deviations) =>
        cat([deviations.clamp(-Farthest, Farthest), deviations.square().mean([1], keepdim: true).clamp_min(1e-6).log()], 1);

    public override Tensor forward(IReadOnlyList<Tensor> seen)
    {
        var finest = seen[^1].shape;

        // Mixed before they are enlarged: the same sum, of fewer cells.
        var mixed = seen.Select((look, i) => Grid.Resized(_mix[i].call(look) + _mixImage[i].call(OverImage(look)), finest[2], finest[3]))
            .Aggregate((one, other) => one + other);
        mixed = functional.dropout2d(functional.gelu(mixed), 0.2, training);
        return _judge.call(functional.gelu(_around.call(mixed) + _aroundImage.call(OverImage(mixed))));
    }

    private static Tensor OverImage(Tensor channels) => channels.mean([2, 3], keepdim: true);
}
