using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection;

public sealed class DefectHeadTests : IDisposable
{
    private const int Channels = 5;

    private readonly TorchThread _torch = new();

    [Fact]
    public void It_judges_a_part_of_an_image_as_it_judges_the_image() => _torch.Run(() =>
    {
        using var head = Head();
        var image = HeadInput.Of(Deviations());
        var crop = new Crop(Top: 0, Left: 2, Height: 4, Width: 4);
        var part = image with { Seen = [.. image.Seen.Select(look => crop.Of(look, rows: 8))] };

        // Beyond a part's edge there is nothing, which the outermost cells of the coarsest look and what lies around them notice.
        var (whole, alone) = (Inner(crop.Of(head.call(image), rows: 8)), Inner(head.call(part)));

        alone.shape.ShouldBe([1, 1, 10, 10]);
        (alone - whole).abs().max().item<float>().ShouldBeLessThan(1e-5f);
        whole.std().item<float>().ShouldBeGreaterThan(1e-3f);
        return true;
    });

    [Fact]
    public void The_mean_over_the_image_counts_everywhere() => _torch.Run(() =>
    {
        using var head = Head();
        var image = HeadInput.Of(Deviations());
        var lit = image with { OverImage = [.. image.OverImage.Select(mean => mean + 1)] };

        (head.call(lit) - head.call(image)).abs().min().item<float>().ShouldBeGreaterThan(0);
        return true;
    });

    [Fact]
    public void It_computes_in_the_precision_of_its_input_and_answers_in_single() => _torch.Run(() =>
    {
        using var head = Head();
        var image = HeadInput.Of(Deviations());
        var half = new HeadInput([.. image.Seen.Select(look => look.to_type(ScalarType.BFloat16))], [.. image.OverImage.Select(mean => mean.to_type(ScalarType.BFloat16))]);

        var (single, rough) = (head.call(image), head.call(half));

        rough.dtype.ShouldBe(ScalarType.Float32);
        var difference = (rough - single).abs().max().item<float>();
        difference.ShouldBeInRange(1e-6f, 0.05f);
        return true;
    });

    public void Dispose() => _torch.Dispose();

    private static DefectHead Head()
    {
        manual_seed(1);
        var head = new DefectHead([Channels, Channels, Channels]);
        head.eval();
        return head;
    }

    /// <summary>Of looks of 8, 16 and 32 cells a side.</summary>
    private static List<Tensor> Deviations() => [.. new long[] { 8, 16, 32 }.Select(side => randn(1, Channels, side, side))];

    private static Tensor Inner(Tensor map) => map.narrow(2, 3, 10).narrow(3, 3, 10);
}
