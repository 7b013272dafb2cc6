using Sentinel.Core.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Pretrain;

/// <summary>
/// A convolution without bias and the batch normalisation behind it; after training the two are one convolution. Computes in the precision of its
/// input; weights, statistics and gradients of the weights stay single.
/// </summary>
internal sealed class ConvolutionAndNorm : Module<Tensor, Tensor>
{
    private readonly ConvolutionKind _kind;
    private readonly Parameter _weight;
    private readonly BatchNorm2d _norm;

    public ConvolutionAndNorm(int from, int to, int kernel, int stride, Generator generator)
        : base(nameof(ConvolutionAndNorm))
    {
        _kind = new ConvolutionKind(from, to, kernel, stride);
        _weight = new Parameter(zeros(to, from, kernel, kernel));
        _norm = BatchNorm2d(to);
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            var deviation = Math.Sqrt(2.0 / (to * kernel * kernel)); // He 2015, fan out
            _weight.copy_(randn(_weight.shape, generator: generator) * deviation);
        }

        RegisterComponents();
    }

    public Parameter Scale => _norm.weight;

    public override Tensor forward(Tensor input) =>
        _norm.call(Convolving.Convolve(_kind, input, _weight.to_type(input.dtype)));

    /// <summary>Weight and bias of the one convolution that does what the two do in evaluation.</summary>
    public (Tensor Weight, Tensor Bias) Fold()
    {
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        var gain = _norm.weight / (_norm.running_var! + _norm.eps).sqrt();
        var weight = _weight * gain.reshape(-1, 1, 1, 1);
        var bias = _norm.bias! - _norm.running_mean! * gain;
        return (weight.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope());
    }
}
