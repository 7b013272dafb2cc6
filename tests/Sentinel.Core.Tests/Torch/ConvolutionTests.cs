using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Torch;

public sealed class ConvolutionTests : IDisposable
{
    private readonly TorchThread _torch = new();

    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(1, 1, 1)]
    public void It_is_the_convolution_that_Torch_has(int kernel, int stride, int dilation) => _torch.Run(() =>
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var ours = new Convolution(5, 7, kernel, stride, dilation);
        var theirs = nn.Conv2d(5, 7, kernel, stride: stride, padding: (kernel - 1) / 2 * dilation, dilation: dilation);
        ours.Weight.copy_(theirs.weight);
        ours.Bias.copy_(theirs.bias!);
        var input = rand(2, 5, 12, 16);

        var output = ours.call(input);

        output.shape.ShouldBe([2, 7, 12 / stride, 16 / stride]);
        output.allclose(theirs.call(input), atol: 1e-6).ShouldBeTrue();
        return true;
    });

    [Fact]
    public void It_computes_in_the_precision_of_its_input_and_keeps_single_weights_and_gradients() => _torch.Run(() =>
    {
        using var scope = NewDisposeScope();
        var convolution = new Convolution(3, 4, 3);
        nn.init.normal_(convolution.Weight);
        var input = rand(2, 3, 8, 8);

        var exact = convolution.call(input);
        var rough = convolution.call(input.to_type(ScalarType.BFloat16));
        rough.sum().backward();

        rough.dtype.ShouldBe(ScalarType.BFloat16);
        rough.to_type(ScalarType.Float32).allclose(exact, rtol: 0.05, atol: 0.1).ShouldBeTrue();
        convolution.Weight.grad!.dtype.ShouldBe(ScalarType.Float32);
        convolution.Weight.grad.abs().sum().item<float>().ShouldBeGreaterThan(0);
        return true;
    });

    public void Dispose() => _torch.Dispose();
}
