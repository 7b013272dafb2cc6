using Sentinel.Core.Detection.Encoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection.Encoder;

public sealed class GeneralEncoderTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly GeneralEncoder _encoder = GeneralEncoder.Load();

    [Theory]
    [InlineData(1, 1, 64, 64)]
    [InlineData(3, 3, 96, 40)]
    [InlineData(2, 1, 8, 256)]
    public void The_shipped_encoder_gives_maps_at_a_half_a_quarter_and_an_eighth_of_the_size(int images, int channels, int height, int width)
    {
        var features = _encoder.Features(Picture(images, channels, height, width));

        features.Select(f => f.shape).ShouldBe(
            [[images, 64, height / 2, width / 2], [images, 128, height / 4, width / 4], [images, 256, height / 8, width / 8]]);
        _encoder.Channels.ShouldBe([64, 128, 256]);
        features.ShouldAllBe(f => f.isfinite().all().item<bool>() && f.min().item<float>() >= 0 && f.std().item<float>() > 0.001f);
    }

    [Fact]
    public void Grey_counts_as_three_equal_channels()
    {
        var grey = Picture(2, 1, 64, 48);

        var features = _encoder.Features(grey);
        var tripled = _encoder.Features(grey.expand(2, 3, 64, 48));

        Differences(features, tripled).ShouldAllBe(d => d < 1e-4);
    }

    [Fact]
    public void The_same_picture_gives_the_same_features_bit_for_bit_in_every_instance()
    {
        var picture = Picture(1, 3, 64, 64);
        using var another = GeneralEncoder.Load();

        var first = _encoder.Features(picture);
        var second = another.Features(picture.clone());

        Differences(first, second).ShouldAllBe(d => d == 0);
    }

    [Fact]
    public void A_picture_gives_the_same_features_alone_and_in_a_batch()
    {
        var pictures = Picture(5, 1, 64, 64);

        var together = _encoder.Features(pictures).Select(f => f.narrow(0, 3, 1));
        var alone = _encoder.Features(pictures.narrow(0, 3, 1));

        Differences(together, alone).ShouldAllBe(d => d < 1e-4);
    }

    [Fact]
    public void Features_move_with_the_picture_one_cell_for_eight_pixels()
    {
        var wide = Picture(1, 1, 128, 200);

        var left = _encoder.Features(wide.narrow(3, 0, 192))[2];
        var right = _encoder.Features(wide.narrow(3, 8, 192))[2];

        // A feature at 1/8 looks 47 pixels far; nearer to the border it sees the border.
        Differences([left.slice(3, 8, 16, 1).slice(2, 7, 9, 1)], [right.slice(3, 7, 15, 1).slice(2, 7, 9, 1)]).ShouldAllBe(d => d < 1e-4);
    }

    [Fact]
    public void Whatever_Torch_would_end_the_process_over_is_refused_by_name()
    {
        long[][] shapes = [[1, 1, 60, 64], [1, 3, 64, 4], [1, 2, 64, 64], [3, 64, 64], [0, 1, 64, 64], [1, 1, 0, 64]];

        foreach (var shape in shapes)
        {
            Should.Throw<ArgumentException>(() => _encoder.Features(zeros(shape))).Message.ShouldContain($"[{string.Join(", ", shape)}]");
        }
    }

    [Fact]
    public void Gradients_reach_the_picture_but_not_the_weights()
    {
        var picture = Picture(1, 1, 32, 32).requires_grad_();

        _encoder.Features(picture)[2].mean().backward();

        picture.grad.ShouldNotBeNull().abs().sum().item<float>().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_hundred_pictures_leave_no_tensors_behind()
    {
        var picture = Picture(1, 1, 16, 16);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (var i = 0; i < 100; i++)
        {
            foreach (var map in _encoder.Features(picture))
            {
                map.Dispose();
            }
        }

        DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _scope.Dispose();
    }

    private static Tensor Picture(int images, int channels, int height, int width)
    {
        using var generator = new Generator(7);
        return rand([images, channels, height, width], generator: generator);
    }

    private static IEnumerable<float> Differences(IEnumerable<Tensor> first, IEnumerable<Tensor> second) =>
        [.. first.Zip(second, (a, b) => (a - b).abs().max().item<float>())];
}
