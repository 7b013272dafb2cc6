using Sentinel.Core.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection.Encoder;

/// <summary>Two convolutions and a shortcut around them; a block that widens halves the resolution, and its shortcut takes the mean of each 2x2 pixels.</summary>
internal sealed class EncoderBlock(EncoderLayer first, EncoderLayer second, EncoderLayer? shortcut) : IDisposable
{
    public int Channels => second.To;

    public IEnumerable<ConvolutionKind> Convolutions => new[] { first, second, shortcut }.OfType<EncoderLayer>().Select(layer => layer.Kind);

    public static EncoderBlock From(IReadOnlyDictionary<string, Tensor> weights, string name, int from, bool widens)
    {
        var first = EncoderLayer.From(weights, $"{name}.first", from, stride: widens ? 2 : 1);
        var second = EncoderLayer.From(weights, $"{name}.second", first.To);
        return new EncoderBlock(first, second, widens ? EncoderLayer.From(weights, $"{name}.shortcut", from) : null);
    }

    public Tensor Apply(Tensor input)
    {
        var around = shortcut is null ? input : shortcut.Apply(functional.avg_pool2d(input, 2));
        return second.Apply(first.Apply(input).relu_()).add_(around).relu_();
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
        shortcut?.Dispose();
    }
}
