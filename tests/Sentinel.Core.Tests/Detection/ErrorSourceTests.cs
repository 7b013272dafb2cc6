using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection;

public sealed class ErrorSourceTests : IDisposable
{
    private readonly TorchThread _torch = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_kind_of_error_lies_on_the_grid_and_is_zero_for_a_perfect_repair(int channels) => _torch.Run(() =>
    {
        var (network, encoder) = (new DenoisingAutoencoder(channels, 8), GeneralEncoder.Load());
        var image = rand(1, channels, 64, 96);
        foreach (IErrorSource source in (IErrorSource[])[new PixelError(channels), new FeatureError(network)])
        {
            var errors = source.Measure(new Comparison(image, input => input, encoder));

            errors.shape.ShouldBe([1, source.Channels, 8, 12]);
            errors.abs().max().item<float>().ShouldBeLessThan(1e-4f);
        }

        return true;
    });

    [Fact]
    public void An_error_shows_in_the_cell_where_it_is() => _torch.Run(() =>
    {
        var image = zeros(1, 1, 64, 64) + 0.5;
        var repaired = image.clone();
        image[0, 0, 20, 44] = 1;

        var errors = new PixelError(1).Measure(new Comparison(image, _ => repaired, GeneralEncoder.Load())).abs().sum([1])[0];

        var cell = errors.argmax().item<long>();
        (cell / 8, cell % 8).ShouldBe((2, 5));
        errors[7, 0].item<float>().ShouldBe(0, 1e-4);
        return true;
    });

    [Fact]
    public void An_untrained_autoencoder_returns_what_it_is_given_at_any_size_of_sixteens() => _torch.Run(() =>
    {
        var network = new DenoisingAutoencoder(3, 8);
        var image = rand(1, 3, 48, 80);

        var (repaired, denoised) = network.call(image);

        repaired.allclose(image).ShouldBeTrue();
        denoised.allclose(image).ShouldBeTrue();
        return true;
    });

    public void Dispose() => _torch.Dispose();
}
