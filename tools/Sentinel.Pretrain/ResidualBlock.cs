using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Pretrain;

/// <summary>
/// Two 3x3 convolutions and a shortcut around them (He 2015). A block that widens halves the resolution: its first convolution takes every other
/// pixel, its shortcut the mean of 2x2 (He 2019, arXiv 1812.01187).
/// </summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly ConvolutionAndNorm _first;
    private readonly ConvolutionAndNorm _second;
    private readonly ConvolutionAndNorm? _shortcut;

    public ResidualBlock(int from, int to, Generator generator)
        : base(nameof(ResidualBlock))
    {
        _first = new ConvolutionAndNorm(from, to, 3, from == to ? 1 : 2, generator);
        _second = new ConvolutionAndNorm(to, to, 3, 1, generator);
        _shortcut = from == to ? null : new ConvolutionAndNorm(from, to, 1, 1, generator);
        init.constant_(_second.Scale, 0.2); // nearly the identity at first: deeper layers learn from the _first step on
        RegisterComponents();
    }

    public IEnumerable<(string Name, ConvolutionAndNorm Layer)> Layers =>
        _shortcut is null ? [("first", _first), ("second", _second)] : [("first", _first), ("second", _second), ("shortcut", _shortcut)];

    public override Tensor forward(Tensor input)
    {
        var correction = _second.call(functional.relu(_first.call(input)));
        return functional.relu(correction + (_shortcut?.call(functional.avg_pool2d(input, 2)) ?? input));
    }
}
