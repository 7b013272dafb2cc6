using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Imaging;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Tests.Detection;

public sealed class NativeDenoiserTests : IDisposable
{
    private readonly TorchThread _torch = new();

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(17, 300, 1)]
    [InlineData(256, 255, 3)]
    [InlineData(257, 300, 3)]
    [InlineData(700, 40, 1)]
    public void Tiles_are_put_together_to_the_whole_image(int width, int height, int channels) => _torch.Run(() =>
    {
        using var untrained = new DenoisingAutoencoder(channels); // It returns its input.
        var random = new Random(1);
        var frame = new Frame(width, height, channels, [.. Enumerable.Range(0, width * height * channels).Select(_ => (ushort)random.Next(65536))]);

        var denoised = NativeDenoiser.Denoise(untrained, channels, grain: 0.01, noisy: 1, frame);

        (denoised.Width, denoised.Height, denoised.Channels).ShouldBe((width, height, channels));
        denoised.Samples.Zip(frame.Samples, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(1);
        return true;
    });

    [Fact]
    public void The_strip_between_a_part_and_the_edge_is_not_painted_over() => _torch.Run(() =>
    {
        const int width = 320, height = 240, strip = 24;
        using var shipped = new DenoisingAutoencoder(1);
        shipped.StartFrom(ShippedWeights.Denoiser.Load());
        shipped.eval();
        var frame = new Frame(width, height, 1, [.. Enumerable.Range(0, width * height).Select(i => IsPart(i % width, i / width) ? (ushort)40000 : (ushort)10000)]);

        var denoised = NativeDenoiser.Denoise(shipped, modelChannels: 1, grain: 0.01, noisy: 1, frame);

        // The edge of the part itself may soften.
        foreach (var x in new[] { 2, strip / 2, width - strip / 2, width - 3 })
        {
            denoised.Samples[height / 2 * width + x].ShouldBeLessThan((ushort)13000, $"at {x}");
        }

        return true;

        static bool IsPart(int x, int y) => x is >= strip and < width - strip && y is >= strip and < height - strip;
    });

    public void Dispose() => _torch.Dispose();
}
