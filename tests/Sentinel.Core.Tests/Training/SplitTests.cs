using CsCheck;
using Sentinel.Core.Training;

namespace Sentinel.Core.Tests.Training;

public sealed class SplitTests
{
    [Fact]
    public void Every_image_has_exactly_one_task() => Gen.Int[10, 1000].Sample(count =>
    {
        var split = Split<int>.Of([.. Enumerable.Range(0, count)], 99);

        split.Training.Concat(split.Selection).Concat(split.Calibration).Order().ShouldBe(Enumerable.Range(0, count));
        split.Training.Count.ShouldBeGreaterThanOrEqualTo(split.Calibration.Count / 3);
        split.Selection.Count.ShouldBeGreaterThanOrEqualTo(1);
    });

    [Theory]
    [InlineData(30, 10)]
    [InlineData(147, 49)]
    [InlineData(150, 99)]
    [InlineData(761, 190)]
    public void A_budget_that_can_be_promised_is(int images, int calibration) =>
        Split<int>.Of([.. Enumerable.Range(0, images)], 99).Calibration.Count.ShouldBe(calibration);
}
