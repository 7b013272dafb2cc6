using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class RateIntervalTests
{
    [Theory]
    [InlineData(0, 10, 0, 0.308497)]        // 1 - 0.025^(1/10)
    [InlineData(10, 10, 0.691503, 1)]
    [InlineData(5, 10, 0.187086, 0.812914)] // R: binom.test(5, 10)
    [InlineData(0, 191, 0, 0.019128)]       // 1 - 0.025^(1/191)
    [InlineData(1, 1, 0.025, 1)]
    public void The_interval_is_the_exact_one(int hits, int samples, double low, double high)
    {
        var interval = RateInterval.ClopperPearson(hits, samples);

        interval.Rate.ShouldBe((double)hits / samples);
        interval.Low.ShouldBe(low, 1e-6);
        interval.High.ShouldBe(high, 1e-6);
    }

    [Fact]
    public void Thousands_of_samples_do_not_underflow()
    {
        var interval = RateInterval.ClopperPearson(5000, 10000);

        interval.Low.ShouldBe(0.490151, 1e-5);
        interval.High.ShouldBe(0.509849, 1e-5);
    }

    [Fact]
    public void More_hits_than_samples_are_refused() =>
        Should.Throw<ArgumentException>(() => RateInterval.ClopperPearson(3, 2)).Message.ShouldContain("3 of 2");
}
