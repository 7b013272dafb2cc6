using System.Diagnostics;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Torch;

public sealed class ConvolutionCheckTests(ITestOutputHelper output) : IDisposable
{
    private readonly TorchThread _torch = new();

    /// <summary>What grey and colour models train and judge with, and shapes that oneDNN was seen to compute wrongly.</summary>
    private static IEnumerable<ConvolutionKind> Kinds => new[] { 1, 3 }.SelectMany(KindsOf)
        .Concat([new(297, 297, 1), new(299, 299, 1), new(20, 40, 3), new(17, 33, 3), new(1, 1, 3), new(1, 16, 4, Stride: 2), new(64, 128, 3)])
        .Distinct();

    [Theory]
    [InlineData(ScalarType.Float32, 1, 8)]
    [InlineData(ScalarType.Float32, 1, 32)]
    [InlineData(ScalarType.Float32, 3, 16)]
    [InlineData(ScalarType.Float32, 16, 12)]
    [InlineData(ScalarType.BFloat16, 1, 8)]
    [InlineData(ScalarType.BFloat16, 1, 32)]
    [InlineData(ScalarType.BFloat16, 3, 16)]
    [InlineData(ScalarType.BFloat16, 16, 12)]
    public void Every_convolution_in_use_is_right_in_output_and_gradients(ScalarType precision, int images, int side) => _torch.Run(() =>
    {
        var asIs = new ConvolutionCheck();
        var otherLayout = new ConvolutionCheck((kind, input, weight, bias) => Convolving.Convolve(kind, ChannelsLast(input), ChannelsLast(weight), bias));

        asIs.Run(Kinds, precision, images: images, side: side).ShouldBeEmpty();
        otherLayout.Run(Kinds, precision, images: images, side: side).ShouldBeEmpty();
        return true;

        static Tensor ChannelsLast(Tensor tensor) => tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    });

    [Fact]
    public void A_convolution_that_loses_a_channel_is_found_and_named() => _torch.Run(() =>
    {
        var check = new ConvolutionCheck((kind, input, weight, bias) =>
        {
            var used = ones_like(weight);
            used.narrow(1, kind.From - 1, 1).zero_();
            return Convolving.Convolve(kind, input, weight * used, bias);
        });

        var wrong = check.Run([new(16, 8, 3)], ScalarType.Float32).ShouldHaveSingleItem();

        wrong.ToString().ShouldBe("16 -> 8, 3x3 in single precision (output)");
        return true;
    });

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_gradient_that_loses_a_channel_is_found(ScalarType precision) => _torch.Run(() =>
    {
        var check = new ConvolutionCheck((kind, input, weight, bias) =>
        {
            // The same values, but the gradient of the first channel is lost.
            var first = input.narrow(1, 0, 1).detach();
            return Convolving.Convolve(kind, cat([first, input.narrow(1, 1, kind.From - 1)], 1), weight, bias);
        });

        var wrong = check.Run([new(64, 1, 1)], precision).ShouldHaveSingleItem();

        wrong.Result.ShouldBe("gradient of the input");
        return true;
    });

    [Fact]
    public void A_gradient_that_is_not_a_number_is_found() => _torch.Run(() =>
    {
        var check = new ConvolutionCheck((kind, input, weight, bias) =>
            Convolving.Convolve(kind, input, weight, bias) + (weight * 0).sqrt().sum() * 0);

        var wrong = check.Run([new(4, 4, 1)], ScalarType.Float32).ShouldHaveSingleItem();

        wrong.Result.ShouldBe("gradient of the weight");
        return true;
    });

    [Fact]
    public void A_machine_that_is_wrong_in_single_precision_is_named_with_what_to_do()
    {
        var fault = MachineCheck.Fault(
            [new(new(64, 1, 1), ScalarType.Float32, "output"), new(new(3, 4, 3), ScalarType.Float32, "output")]);

        fault.Message.ShouldStartWith("This machine computes convolutions wrongly: 64 -> 1, 1x1 in single precision (output) and 1 more. ");
        fault.Message.ShouldContain("sentinel selftest");
        fault.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void Every_convolution_of_a_colour_model_is_right_with_and_without_gradients() => _torch.Run(() =>
    {
        var kinds = KindsOf(3);
        var clock = Stopwatch.StartNew();
        new ConvolutionCheck().Run(kinds, ScalarType.Float32).ShouldBeEmpty();
        output.WriteLine($"{kinds.Distinct().Count()} kinds in single precision: {clock.ElapsedMilliseconds} ms, the first time.");
        clock.Restart();
        new ConvolutionCheck().Run(kinds, ScalarType.Float32, gradients: false).ShouldBeEmpty();
        output.WriteLine($"The outputs alone: {clock.ElapsedMilliseconds} ms.");
        return true;
    });

    public void Dispose() => _torch.Dispose();

    private static List<ConvolutionKind> KindsOf(int channels)
    {
        using var scope = NewDisposeScope();
        using var model = new DetectionModel(new Architecture(), new Standardisation { Width = 256, Height = 256, Channels = channels });
        return [.. model.Convolutions];
    }
}
