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
/// <remarks>Input: [N, channels, h, w]; output: [N, 1, h, w], the higher the more like a defect; a log-odds without a meaning of its own.</remarks>
internal sealed class DefectHead : Module<Tensor, Tensor>
{
    private const int Width = 64;
    private readonly Conv2d _mix, _mixImage;
    private readonly Conv2d _around, _aroundImage;
    private readonly Conv2d _judge;

    /// <param name="channels">Channels of <see cref="DetectionModel.HeadInput"/>.</param>
    public DefectHead(int channels)
        : base(nameof(DefectHead))
    {
        _mix = Conv2d(channels, Width, 1);
        _mixImage = Conv2d(channels, Width, 1, bias: false);
        _around = Conv2d(Width, Width, 3, padding: 1);
        _aroundImage = Conv2d(Width, Width, 1, bias: false);
        _judge = Conv2d(Width, 1, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor deviations)
    {
        var mixed = functional.gelu(_mix.call(deviations) + _mixImage.call(OverImage(deviations)));
        mixed = functional.dropout2d(mixed, 0.2, training);
        return _judge.call(functional.gelu(_around.call(mixed) + _aroundImage.call(OverImage(mixed))));
    }

    private static Tensor OverImage(Tensor channels) => channels.mean([2, 3], keepdim: true);
}
