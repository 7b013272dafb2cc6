using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class SensorNoiseTests
{
    [Fact]
    public void Noise_of_25_levels_leaves_20_decibels()
    {
        var grey = Grey(32768);

        var noisy = SensorNoise.On(grey, SensorNoise.UsualSigma, seed: 3);

        // 20 log10(255 / 25) = 20.17 dB; middle grey is five sigma from either end, so next to nothing is clipped.
        PeakSignalToNoise.Between(noisy, grey).ShouldBe(20.17, 0.1);
        noisy.Samples.Average(s => (double)s).ShouldBe(32768, 150);
        grey.Samples.ShouldAllBe(s => s == 32768);
    }

    [Fact]
    public void The_same_seed_gives_the_same_noise()
    {
        var first = SensorNoise.On(Grey(100), 0.1, seed: 1).Samples;

        SensorNoise.On(Grey(100), 0.1, seed: 1).Samples.ShouldBe(first);
        SensorNoise.On(Grey(100), 0.1, seed: 2).Samples.ShouldNotBe(first);
    }

    private static Frame Grey(ushort value) => new(200, 150, 1, [.. Enumerable.Repeat(value, 200 * 150)]);
}
