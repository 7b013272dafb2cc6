using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection;

public sealed class ShrunkSpreadTests : IDisposable
{
    private readonly TorchThread _torch = new();

    [Fact]
    public void Three_equal_peaks_are_not_taken_for_no_spread() => Of([2, 2, 2], usual: 1).ShouldBe(Math.Sqrt(0.8), 1e-6);

    [Fact]
    public void Three_peaks_far_apart_move_the_usual_a_little() => Of([0, 3, 6], usual: 1).ShouldBe(Math.Sqrt((18 + 8) / 10.0), 1e-6);

    [Fact]
    public void Of_a_single_image_the_usual_is_all_that_is_known() => Of([5], usual: 0.4).ShouldBe(0.4, 1e-6);

    [Fact]
    public void Hundreds_of_images_speak_for_themselves()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 800).Select(_ => 6 * random.NextDouble())];

        Of(values, usual: 0.4).ShouldBe(6 / Math.Sqrt(12), 0.06);
    }

    public void Dispose() => _torch.Dispose();

    private double Of(double[] values, double usual) => _torch.Run(() =>
    {
        using var scope = NewDisposeScope();
        return ShrunkSpread.Of(tensor([.. values.Select(value => (float)value)]), usual).item<float>();
    });
}
