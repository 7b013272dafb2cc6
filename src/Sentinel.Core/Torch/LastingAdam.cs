using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Torch;

/// <summary>
/// Adam (Kingma and Ba 2014, arXiv 1412.6980) with its usual constants. Unlike in TorchSharp's own, every number lives until Torch has read it;
/// see <see cref="LastingLeakyReLU"/>.
/// </summary>
internal sealed class LastingAdam : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;

    private static readonly Scalar _beta1 = Beta1, _rest1 = 1 - Beta1, _beta2 = Beta2, _rest2 = 1 - Beta2, _epsilon = 1e-8;

    private readonly (Tensor Parameter, Tensor Mean, Tensor Square)[] _moments;
    private readonly Scalar? _decay;
    private int _steps;

    /// <param name="parameters">What is learnt.</param>
    /// <param name="decay">Share of each parameter that is added to its gradient, which pulls it to 0.</param>
    public LastingAdam(IEnumerable<Tensor> parameters, double decay = 0)
    {
        _moments = [.. parameters.Select(p => (p, zeros_like(p).DetachFromDisposeScope(), zeros_like(p).DetachFromDisposeScope()))];
        _decay = decay > 0 ? decay : null;
    }

    /// <summary>Takes one step along the gradients, then forgets them.</summary>
    public void Step(double rate)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _steps++;
        using Scalar stride = -rate / (1 - Math.Pow(Beta1, _steps));
        using Scalar correction = Math.Sqrt(1 - Math.Pow(Beta2, _steps));
        foreach (var (parameter, mean, square) in _moments)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            if (_decay is not null)
            {
                gradient.add_(parameter, _decay);
            }

            mean.mul_(_beta1).add_(gradient, _rest1);
            square.mul_(_beta2).addcmul_(gradient, gradient, _rest2);
            parameter.addcdiv_(mean, square.sqrt().div_(correction).add_(_epsilon), stride);
            gradient.zero_();
        }
    }

    public void Dispose()
    {
        foreach (var (_, mean, square) in _moments)
        {
            mean.Dispose();
            square.Dispose();
        }

        _decay?.Dispose();
    }
}
