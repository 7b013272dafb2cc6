using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection.Weights;

/// <summary>Weights that a network goes on from.</summary>
internal static class GivenWeights
{
    /// <summary>Copies them into every parameter of the network.</summary>
    /// <param name="network">Takes them over.</param>
    /// <param name="weights">By the parameters' names.</param>
    /// <param name="whose">Names the network in what is refused.</param>
    /// <param name="fitted">What a parameter of that name takes of the one that is given; as it is by default.</param>
    /// <exception cref="InvalidDataException">They are those of another network.</exception>
    public static void TakeOver(this nn.Module network, IReadOnlyDictionary<string, Tensor> weights, string whose, Func<string, Tensor, Tensor>? fitted = null)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in network.named_parameters())
        {
            var given = weights.TryGetValue(name, out var found) ? found : throw new InvalidDataException($"The {whose}'s weights lack '{name}'.");
            given = fitted?.Invoke(name, given) ?? given;
            parameter.copy_(given.shape.SequenceEqual(parameter.shape)
                ? given
                : throw new InvalidDataException($"The {whose}'s '{name}' has the wrong shape: [{string.Join(", ", given.shape)}]."));
        }
    }
}
