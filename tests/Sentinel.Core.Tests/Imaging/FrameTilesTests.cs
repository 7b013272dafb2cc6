using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Imaging;

public sealed class FrameTilesTests
{
    [Fact]
    public void A_tile_inside_holds_the_samples_channel_by_channel()
    {
        var frame = ImageFolder.Ramp(bitDepth: 16);
        var tile = new float[3 * 16 * 16];

        frame.TileToPlanar(20, 10, 16, 16, tile);

        for (var i = 0; i < tile.Length; i++)
        {
            var (c, y, x) = (i / 256, i / 16 % 16, i % 16);
            tile[i].ShouldBe(frame.Samples[((10 + y) * 61 + 20 + x) * 3 + c] / 65535f, 1e-6f);
        }
    }

    [Fact]
    public void A_tile_may_be_wider_than_high()
    {
        var frame = ImageFolder.Ramp(width: 40, height: 30, channels: 1);
        var tile = new float[32 * 16];

        frame.TileToPlanar(5, 7, 32, 16, tile);

        tile[3 * 32 + 20].ShouldBe(frame.Samples[(7 + 3) * 40 + 5 + 20] / 65535f, 1e-6f);
        tile[^1].ShouldBe(frame.Samples[(7 + 15) * 40 + 5 + 31] / 65535f, 1e-6f);
    }

    [Fact]
    public void Outside_the_frame_it_is_mirrored_at_the_edge_pixels()
    {
        var frame = new Frame(3, 1, 1, [10, 20, 30]);
        var tile = new float[64];

        frame.TileToPlanar(-3, 0, 8, 8, tile);

        tile[..8].Select(sample => (int)Math.Round(sample * 65535)).ShouldBe([20, 30, 20, 10, 20, 30, 20, 10]);
        tile[56..].ShouldBe(tile[..8]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(7, 3)]
    public void A_frame_smaller_than_the_tile_is_mirrored_as_often_as_needed(int width, int height)
    {
        var frame = ImageFolder.Ramp(width, height, channels: 1);
        var tile = new float[32 * 32];

        frame.TileToPlanar(-10, -10, 32, 32, tile);

        tile.Select(sample => (ushort)Math.Round(sample * 65535)).Distinct().Order().ShouldBe(frame.Samples.Distinct().Order());
        tile[10 * 32 + 10].ShouldBe(frame.Samples[0] / 65535f, 1e-6f);
    }

    [Fact]
    public void A_target_of_another_size_is_refused() =>
        Should.Throw<ArgumentException>(() => ImageFolder.Ramp().TileToPlanar(0, 0, 16, 8, new float[256])).Message.ShouldContain("3 x 8 x 16");
}
