using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Torch;

/// <summary>
/// A leaky rectifier whose slope lives as long as the process. TorchSharp's own makes a <see cref="Scalar"/> for every call and does not keep it: a
/// garbage collection during the call frees it while Torch reads it, which throws, ends the process or computes with another number.
/// </summary>
internal sealed class LastingLeakyReLU() : Module<Tensor, Tensor>(nameof(LastingLeakyReLU))
{
    private static readonly Scalar _slope = 0.1;

    public override Tensor forward(Tensor input) => input.leaky_relu(_slope);
}
