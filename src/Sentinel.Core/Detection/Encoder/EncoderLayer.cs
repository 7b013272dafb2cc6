using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection.Encoder;

/// <summary>One convolution with its bias: weight [to, from, k, k], bias [to].</summary>
internal sealed class EncoderLayer : IDisposable
{
    private readonly Tensor _weight, _bias;

    private EncoderLayer(ConvolutionKind kind, Tensor weight, Tensor bias)
    {
        Kind = kind;
        (weight, bias) = Convolving.Fill(kind, weight.detach(), bias.detach());
        (_weight, _bias) = (weight.clone().DetachFromDisposeScope(), bias.clone().DetachFromDisposeScope());
    }

    public ConvolutionKind Kind { get; }

    public int To => Kind.To;

    /// <param name="weights">Tensors by name.</param>
    /// <param name="name">The layer's.</param>
    /// <param name="from">Channels that its input has.</param>
    /// <param name="stride">Pixels of the input from one output to the next.</param>
    public static EncoderLayer From(IReadOnlyDictionary<string, Tensor> weights, string name, int from, int stride = 1)
    {
        if (!weights.TryGetValue($"{name}.weight", out var weight) || !weights.TryGetValue($"{name}.bias", out var bias))
        {
            throw new InvalidDataException($"The encoder's weights lack the layer '{name}'.");
        }

        return weight.shape is [var to, var channels, var k, var k2] && channels == from && k == k2 && bias.shape is [var biases] && biases == to
            ? new EncoderLayer(new ConvolutionKind(from, (int)to, (int)k, stride), weight, bias)
            : throw new InvalidDataException($"The encoder's layer '{name}' has the wrong shape: [{string.Join(", ", weight.shape)}].");
    }

    /// <summary>The same for one channel instead of three equal ones.</summary>
    public EncoderLayer ForGrey() => new(Kind with { From = 1 }, _weight.sum([1], keepdim: true), _bias);

    public Tensor Apply(Tensor input) => Convolving.Convolve(Kind, input, _weight, _bias);

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
