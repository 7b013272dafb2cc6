using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(new[] { 0.9, 0.2, 0.4 }, 0.4, 0.5, 0.2, 0.9)]
    [InlineData(new[] { 8.0, 1, 2, 5 }, 3.5, 4, 1, 8)]
    [InlineData(new[] { 7.0 }, 7, 7, 7, 7)]
    public void Median_mean_and_ends_whatever_the_order(double[] values, double median, double mean, double min, double max)
    {
        var spread = Spread.Of(values);

        spread.Median.ShouldBe(median, 1e-12);
        spread.Mean.ShouldBe(mean, 1e-12);
        (spread.Min, spread.Max).ShouldBe((min, max));
    }

    [Fact]
    public void Without_a_value_there_is_none() => Should.Throw<ArgumentException>(() => Spread.Of([]));

    [Theory]
    [InlineData(0.5, 0.25, 0.75, "0.00", "0.50 (0.25 to 0.75)")]
    [InlineData(0.5, 0.4999, 0.5001, "0.00", "0.50")]
    [InlineData(0.005, 0, 0.01, "0.0%", "0.5% (0.0% to 1.0%)")]
    public void It_reads_as_median_and_ends_unless_all_read_the_same(double median, double min, double max, string format, string text) =>
        new Spread(median, 0, min, max).ToText(format).ShouldBe(text);
}
