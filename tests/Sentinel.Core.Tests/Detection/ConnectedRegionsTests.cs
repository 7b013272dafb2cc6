using Sentinel.Core.Detection;

namespace Sentinel.Core.Tests.Detection;

public sealed class ConnectedRegionsTests
{
    private static readonly Calibration _lines = Calibration.From([1, 1, 1], 0.3, 0.3) with { Threshold = 2, SuspectThreshold = 1 };

    [Fact]
    public void Parts_that_touch_at_a_corner_are_one_region_in_pixels_of_the_image()
    {
        var map = new AnomalyMap(4, 4, [
            0, 0, 0, 0,
            0, 3, 0, 0,
            0, 0, 4, 0,
            0, 0, 0, 0,
        ]);

        var region = ConnectedRegions.Over(map, _lines, width: 400, height: 200).ShouldHaveSingleItem();

        region.ShouldBe(new Region(100, 50, 200, 100, 12.5, 2));
    }

    [Fact]
    public void The_highest_peak_comes_first_and_what_is_on_the_line_is_not_over_it()
    {
        var map = new AnomalyMap(5, 1, [1.5f, 0, 6, 0, 1]);

        var regions = ConnectedRegions.Over(map, _lines, width: 50, height: 10);

        regions.Select(region => region.X).ShouldBe([20, 0]);
        regions[0].PeakRatio.ShouldBe(3);
    }

    [Fact]
    public void A_region_reaches_down_to_half_way_between_the_line_and_its_peak()
    {
        var map = new AnomalyMap(7, 1, [1.5f, 2.9f, 3, 5, 3, 2.9f, 1.5f]);

        var region = ConnectedRegions.Over(map, _lines, width: 70, height: 10).ShouldHaveSingleItem();

        (region.X, region.Width).ShouldBe((20, 30));
        region.AreaPercent.ShouldBe(300.0 / 7, 1e-9);
    }

    [Theory]
    [InlineData(1.9, 2)]
    [InlineData(2, 1)]
    public void A_lower_peak_is_a_region_of_its_own_when_the_map_between_falls_below_half_of_it(float between, int regions)
    {
        var map = new AnomalyMap(3, 1, [9, between, 3]);

        ConnectedRegions.Over(map, _lines, width: 30, height: 10).Count.ShouldBe(regions);
    }

    [Fact]
    public void Cells_as_high_as_each_other_are_one_region()
    {
        var map = new AnomalyMap(4, 2, [2, 2, 2, 2, 2, 2, 2, 2]);

        ConnectedRegions.Over(map, _lines, width: 40, height: 20).ShouldHaveSingleItem().ShouldBe(new Region(0, 0, 40, 20, 100, 1));
    }

    [Fact]
    public void A_map_finer_than_the_image_still_gives_boxes_of_a_pixel()
    {
        var map = new AnomalyMap(16, 16, new float[256]);
        map.Values[255] = 5;

        var region = ConnectedRegions.Over(map, _lines, width: 8, height: 8).ShouldHaveSingleItem();

        (region.X, region.Y, region.Width, region.Height).ShouldBe((7, 7, 1, 1));
    }
}
