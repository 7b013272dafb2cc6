using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection.Encoder;

/// <summary>One convolution with its bias: weight [to, from, k, k], bias [to].</summary>
internal sealed class EncoderLayer : IDisposable
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    private EncoderLayer(Tensor weight, Tensor bias)
    {
        _weight = ChannelsLast.LayOut(weight.detach()).clone().DetachFromDisposeScope();
        _bias = bias.detach().clone().DetachFromDisposeScope();
    }

    public int To => (int)_weight.shape[0];

    /// <param name="weights">Tensors by name.</param>
    /// <param name="name">The layer's.</param>
    /// <param name="from">Channels that its input has.</param>
    public static EncoderLayer From(IReadOnlyDictionary<string, Tensor> weights, string name, int from)
    {
        if (!weights.TryGetValue($"{name}.weight", out var weight) || !weights.TryGetValue($"{name}.bias", out var bias))
        {
            throw new InvalidDataException($"The encoder's weights lack the layer '{name}'.");
        }

        return weight.shape is [var to, var channels, var k, var k2] && channels == from && k == k2 && bias.shape is [var biases] && biases == to
            ? new EncoderLayer(weight, bias)
            : throw new InvalidDataException($"The encoder's layer '{name}' has the wrong shape: [{string.Join(", ", weight.shape)}].");
    }

    /// <summary>The same for one channel instead of three equal ones.</summary>
    public EncoderLayer ForGrey() => new(_weight.sum([1], keepdim: true), _bias);

    public Tensor Apply(Tensor input, int stride = 1)
    {
        var padding = (_weight.shape[2] - 1) / 2;
        return functional.conv2d(input, _weight, _bias, strides: [stride, stride], padding: [padding, padding]);
    }

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
