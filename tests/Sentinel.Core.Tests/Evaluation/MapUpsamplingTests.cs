using Sentinel.Core.Detection;
using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class MapUpsamplingTests
{
    [Fact]
    public void Cells_are_met_at_their_centres() =>
        // Two cells over four pixels: their centres lie at 0.5 and 2.5, beyond which the border is held.
        MapUpsampling.Bilinear(new AnomalyMap(2, 1, [0, 4]), 4, 1).ShouldBe([0, 1, 3, 4]);

    [Fact]
    public void A_map_of_the_images_size_stays_as_it_is() =>
        MapUpsampling.Bilinear(new AnomalyMap(2, 2, [1, 2, 3, 4]), 2, 2).ShouldBe([1, 2, 3, 4]);

    [Fact]
    public void Rows_are_mixed_like_columns() =>
        MapUpsampling.Bilinear(new AnomalyMap(1, 2, [0, 4]), 2, 4).ShouldBe([0, 0, 1, 1, 3, 3, 4, 4]);
}
