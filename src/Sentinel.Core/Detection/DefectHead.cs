using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// Learns which deviations from normal images matter: a small network over the whitened deviations of a position and its neighbours, trained to
/// tell drawn defects from the product's own variation (the discriminative half of Zavrtanik 2021, DRAEM, in the features of a frozen encoder).
/// A Gaussian counts every direction alike; this one does not.
/// </summary>
/// <remarks>Input: [N, channels, h, w]; output: [N, 1, h, w], the higher the more like a defect; a log-odds without a meaning of its own.</remarks>
internal sealed class DefectHead : Module<Tensor, Tensor>
{
    private const int Width = 64;
    private readonly Conv2d _mix;
    private readonly Conv2d _around;
    private readonly Conv2d _judge;

    /// <param name="channels">Channels of <see cref="DetectionModel.HeadInput"/>.</param>
    public DefectHead(int channels)
        : base(nameof(DefectHead))
    {
        _mix = Conv2d(channels, Width, 1);
        _around = Conv2d(Width, Width, 3, padding: 1);
        _judge = Conv2d(Width, 1, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor deviations) =>
        _judge.call(functional.gelu(_around.call(functional.dropout2d(functional.gelu(_mix.call(deviations)), 0.2, training))));
}
