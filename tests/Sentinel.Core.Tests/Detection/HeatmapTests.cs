using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Tests.Imaging;

namespace Sentinel.Core.Tests.Detection;

public sealed class HeatmapTests
{
    private static readonly Frame _grey = new(200, 120, 1, [.. Enumerable.Repeat<ushort>(30000, 200 * 120)], 16);

    [Theory]
    [InlineData(0.3f, 0, 0)]
    [InlineData(0.5f, 0, 10)]
    [InlineData(1.0f, 60, 140)]
    [InlineData(2.0f, 120, 255)]
    public void Colour_rises_with_the_ratio(float ratio, int least, int most)
    {
        var overlay = Heatmap.Overlay(_grey, new AnomalyMap(4, 4, [.. Enumerable.Repeat(ratio, 16)]), []);

        (overlay.Width, overlay.Height, overlay.Channels, overlay.BitDepth).ShouldBe((200, 120, 3, 8));
        Strength(overlay, 100, 60).ShouldBeInRange(least, most);
    }

    [Fact]
    public void The_colour_is_where_the_map_is_high()
    {
        var map = new AnomalyMap(20, 12, new float[240]);
        map.Values[3 * 20 + 15] = 3;

        var overlay = Heatmap.Overlay(_grey, map, []);

        Strength(overlay, 155, 35).ShouldBeGreaterThan(100);
        Strength(overlay, 155, 85).ShouldBe(0);
        Strength(overlay, 45, 35).ShouldBe(0);
        Red(overlay, 155, 35).ShouldBeGreaterThan(Red(overlay, 45, 35));
    }

    [Fact]
    public void Between_the_centres_of_two_cells_the_ratio_goes_over_smoothly()
    {
        var overlay = Heatmap.Overlay(_grey, new AnomalyMap(2, 1, [0, 2]), []);

        var reds = Enumerable.Range(0, 10).Select(i => Red(overlay, 55 + 10 * i, 60)).ToList();

        reds.Skip(2).ShouldBe(reds.Skip(2).Order());
        reds.Distinct().Count().ShouldBeGreaterThan(5);
    }

    [Fact]
    public void A_region_is_framed_outside_its_own_pixels_and_cut_at_the_edge()
    {
        var map = new AnomalyMap(1, 1, [0]);

        var overlay = Heatmap.Overlay(_grey, map, [new Region(50, 40, 30, 20, 1, 2), new Region(0, 0, 200, 120, 100, 2)]);

        Pixel(overlay, 49, 50).ShouldBe([0, 65535, 65535]);
        Pixel(overlay, 80, 50).ShouldBe([0, 65535, 65535]);
        Pixel(overlay, 60, 39).ShouldBe([0, 65535, 65535]);
        Pixel(overlay, 60, 60).ShouldBe([0, 65535, 65535]);
        Strength(overlay, 50, 40).ShouldBe(0);
        Strength(overlay, 79, 59).ShouldBe(0);
        Strength(overlay, 0, 0).ShouldBe(0);
    }

    [Fact]
    public void A_map_that_knows_no_number_somewhere_does_no_harm()
    {
        var overlay = Heatmap.Overlay(_grey, new AnomalyMap(2, 1, [float.NaN, float.PositiveInfinity]), []);

        Pixel(overlay, 20, 60).ShouldBe([25500, 25500, 25500]);
    }

    [Fact]
    public void A_map_without_a_value_for_each_cell_is_refused() =>
        Should.Throw<ArgumentException>(() => Heatmap.Overlay(_grey, new AnomalyMap(3, 3, new float[8]), []));

    [Fact]
    public void A_real_tile_with_a_blowhole_makes_a_picture_and_a_sheet()
    {
        var folder = SharedData.Folder("magnetic-tile/test/blowhole");
        var tile = ImageFile.Read(Directory.GetFiles(folder).Order().First(), new ImageLimits());
        float Hill(int x, int y) => 2.6f * MathF.Exp(-(x * x + y * y) / 12f);
        var map = new AnomalyMap(32, 32, [.. Enumerable.Range(0, 1024).Select(i => Hill(i % 32 - 20, i / 32 - 9))]);
        var region = new Region(tile.Width * 18 / 32, tile.Height * 7 / 32, tile.Width * 5 / 32, tile.Height * 5 / 32, 2.4, 2.6);

        var overlay = Heatmap.Overlay(tile, map, [region]);
        var sheet = ContactSheet.Compose(
            ["input", "denoised", "heatmap"],
            [
                new ContactSheetRow("blowhole_17.jpg  anomalous  2.60 of the threshold, 2.4 % (1 region)", [tile, tile, overlay]),
                new ContactSheetRow("[second] row: {good} <tile> #3 & 'quoted' ~ @ 100 % / ABCDEFGHIJKLMNOPQRSTUVWXYZ", [tile, tile]),
            ],
            cellSize: 240);

        (overlay.Width, overlay.Height).ShouldBe((tile.Width, tile.Height));
        using var pictures = new ImageFolder();
        var path = System.IO.Path.Combine(Environment.GetEnvironmentVariable("SENTINEL_TEST_PICTURES") ?? pictures.Path, "sheet.png");
        ImageFile.WritePng(path, sheet);
        ImageFolder.LargestDifference(ImageFile.Read(path, new ImageLimits()), sheet).ShouldBeLessThanOrEqualTo(0.5);
    }

    private static ushort[] Pixel(Frame frame, int x, int y) => frame.Samples[((y * frame.Width + x) * 3)..][..3];

    private static int Red(Frame frame, int x, int y) => Pixel(frame, x, y)[0] / 257;

    /// <summary>How far the pixel is from grey, 0..255.</summary>
    private static int Strength(Frame frame, int x, int y) => (Pixel(frame, x, y).Max() - Pixel(frame, x, y).Min()) / 257;
}
