using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection;

public sealed class DenoisingAutoencoderTests : IDisposable
{
    private readonly TorchThread _torch = new();

    [Fact]
    public void Colour_axes_lead_there_and_back() => _torch.Run(() =>
    {
        using var axes = new ColourAxes();
        var colours = rand(1, 3, 4, 4);
        var grey = rand(1, 1, 4, 4).expand(1, 3, 4, 4);

        var seen = axes.Along(colours);
        var unit = seen / tensor(new[] { (float)ColourAxes.BrightnessBack, 2, 2 }).reshape(1, 3, 1, 1);

        axes.Back(unit).allclose(colours, atol: 1e-5).ShouldBeTrue();
        seen[0, 0].allclose(colours[0].mean([0]), atol: 1e-5).ShouldBeTrue("brightness is the mean of the colours");
        axes.Along(grey)[0, 1..].abs().max().item<float>().ShouldBeLessThan(1e-5f, "grey has no differences");
        return true;
    });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_model_outlives_the_piece_of_work_that_made_it(int channels) => _torch.Run(() =>
    {
        DetectionModel model;
        using (NewDisposeScope())
        {
            model = new DetectionModel(new Architecture(), new Standardisation { Width = 64, Height = 64, Channels = channels });
        }

        using (model)
        {
            model.Measure(new StandardImage(64, 64, channels, new float[channels * 64 * 64])).Values.ShouldAllBe(value => float.IsFinite(value));
            using var denoised = model.Autoencoder.call(rand(1, channels, 32, 32)).Denoised;
            denoised.shape.ShouldBe([1, channels, 32, 32]);
        }

        return true;
    });

    [Fact]
    public void A_grey_network_makes_of_the_shipped_weights_what_the_colour_network_does_to_the_brightness_of_grey() => _torch.Run(() =>
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var (colour, grey) = (new DenoisingAutoencoder(3), new DenoisingAutoencoder(1));
        colour.StartFrom(ShippedWeights.Denoiser.Load());
        grey.StartFrom(ShippedWeights.Denoiser.Load());
        var image = rand(1, 1, 64, 96);

        var (repaired, denoised) = grey.call(image);
        var (inColour, denoisedInColour) = colour.call(image.expand(1, 3, 64, 96));

        (denoised - image).abs().max().item<float>().ShouldBeGreaterThan(0.05f);
        denoised.allclose(denoisedInColour.mean([1], keepdim: true), atol: 1e-4).ShouldBeTrue();
        repaired.allclose(inColour.mean([1], keepdim: true), atol: 1e-4).ShouldBeTrue();
        return true;
    });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_shipped_weights_denoise_an_image_that_nobody_showed_them(int channels) => _torch.Run(() =>
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var network = new DenoisingAutoencoder(channels);
        network.StartFrom(ShippedWeights.Denoiser.Load());
        var clean = (nn.functional.interpolate(rand([1, channels, 8, 8], generator: generator), [128, 128], mode: InterpolationMode.Bicubic, align_corners: false)).clamp(0, 1);
        var noisy = (clean + (randn(clean.shape, generator: generator) * SensorNoise.UsualSigma)).clamp(0, 1);

        var (before, after) = (ToClean(noisy), ToClean(network.call(noisy).Denoised.clamp(0, 1)));

        after.ShouldBeGreaterThan(before + 6, $"dB; {before:F1} before");
        return true;

        double ToClean(Tensor image) => PeakSignalToNoise.Between(image.contiguous().data<float>().ToArray(), clean.contiguous().data<float>().ToArray());
    });

    public void Dispose() => _torch.Dispose();
}
