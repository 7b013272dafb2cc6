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
    [InlineData(4, 2, 1)]
    public void It_is_the_convolution_that_Torch_has(int kernel, int stride, int dilation) => _torch.Run(() =>
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var ours = new Convolution(new(5, 7, kernel, stride, dilation));
        var (weight, bias, input) = (randn(7, 5, kernel, kernel), randn(7), rand(2, 5, 12, 16));
        ours.Weight.copy_(weight);
        ours.Bias.copy_(bias);

        var output = ours.call(input);

        // Torch's own, in double precision, where neither oneDNN nor NNPACK takes part.
        var padding = (kernel - 1) / 2 * dilation;
        Tensor[] exact = [.. new[] { input, weight, bias }.Select(tensor => tensor.to_type(ScalarType.Float64))];
#pragma warning disable RS0030 // What ours is compared with.
        var theirs = nn.functional.conv2d(
            exact[0], exact[1], exact[2], strides: [stride, stride], padding: [padding, padding], dilation: [dilation, dilation]);
#pragma warning restore RS0030
        output.shape.ShouldBe([2, 7, 12 / stride, 16 / stride]);
        output.to_type(ScalarType.Float64).allclose(theirs, rtol: 1e-5, atol: 1e-5).ShouldBeTrue();
        return true;
    });

    [Fact]
    public void It_computes_in_the_precision_of_its_input_and_keeps_single_weights_and_gradients() => _torch.Run(() =>
    {
        using var scope = NewDisposeScope();
        var convolution = new Convolution(new(3, 4, 3));
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
