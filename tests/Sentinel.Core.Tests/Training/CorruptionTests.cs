using CsCheck;
using Sentinel.Core.Training.Corruption;

namespace Sentinel.Core.Tests.Training;

public sealed class CorruptionTests
{
    public static TheoryData<string> Families => [nameof(Box), nameof(Blob), nameof(Scratch), nameof(Hairline), nameof(Speck), nameof(ForeignTexture)];

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_family_draws_something_within_the_canvas_and_the_range(string family) =>
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[16, 96], Gen.Int[16, 96], Gen.OneOf(Gen.Const(1), Gen.Const(3))).Sample(
            (seed, width, height, channels) =>
            {
                var random = new Random(seed);
                var canvas = Grey(width, height, channels);
                var before = (float[])canvas.Samples.Clone();

                Corruption(family).Draw(canvas, Grey(40, 30, channels), random);

                canvas.Samples.ShouldAllBe(sample => sample >= 0 && sample <= 1);
                (family == nameof(ForeignTexture) || !canvas.Samples.SequenceEqual(before)).ShouldBeTrue();
            },
            iter: 60);

    [Fact]
    public void The_same_seed_draws_the_same()
    {
        var (one, other) = (Grey(64, 64, 3), Grey(64, 64, 3));

        new Corruptor().Corrupt(one, Grey(64, 64, 3), new Random(5));
        new Corruptor().Corrupt(other, Grey(64, 64, 3), new Random(5));

        one.Samples.ShouldBe(other.Samples);
    }

    private static ICorruption Corruption(string family) => family switch
    {
        nameof(Box) => new Box(),
        nameof(Blob) => new Blob(),
        nameof(Hairline) => new Hairline(),
        nameof(Speck) => new Speck(),
        nameof(Scratch) => new Scratch(),
        _ => new ForeignTexture(),
    };

    private static Canvas Grey(int width, int height, int channels)
    {
        var samples = new float[width * height * channels];
        Array.Fill(samples, 0.5f);
        return new Canvas(width, height, channels, samples);
    }
}
