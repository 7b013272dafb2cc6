using CsCheck;
using Sentinel.Core.Training.Corruption;

namespace Sentinel.Core.Tests.Training;

public sealed class CorruptionTests
{
    public static TheoryData<string> Families =>
    [
        nameof(Box), nameof(Blob), nameof(Scratch), nameof(Hairline), nameof(Speck), nameof(Crack), nameof(Dent), nameof(Roughness), nameof(Distortion), nameof(ForeignTexture),
    ];

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_family_draws_something_within_the_canvas_and_the_range(string family) =>
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[16, 96], Gen.Int[16, 96], Gen.OneOf(Gen.Const(1), Gen.Const(3))).Sample(
            (seed, width, height, channels) =>
            {
                var random = new Random(seed);
                var canvas = Shaded(width, height, channels);
                var before = (float[])canvas.Samples.Clone();

                Corruption(family).Draw(canvas, Shaded(40, 30, channels), random);

                canvas.Samples.ShouldAllBe(sample => sample >= 0 && sample <= 1);
                (family == nameof(ForeignTexture) || !canvas.Samples.SequenceEqual(before)).ShouldBeTrue();
            },
            iter: 60);

    [Fact]
    public void The_same_seed_draws_the_same()
    {
        var (one, other) = (Shaded(64, 64, 3), Shaded(64, 64, 3));

        Corruptor.OfDefects.Corrupt(one, Shaded(64, 64, 3), new Random(5));
        Corruptor.OfDefects.Corrupt(other, Shaded(64, 64, 3), new Random(5));

        one.Samples.ShouldBe(other.Samples);
    }

    private static ICorruption Corruption(string family) => family switch
    {
        nameof(Box) => new Box(),
        nameof(Blob) => new Blob(),
        nameof(Hairline) => new Hairline(),
        nameof(Speck) => new Speck(),
        nameof(Scratch) => new Scratch(),
        nameof(Crack) => new Crack(),
        nameof(Dent) => new Dent(),
        nameof(Roughness) => new Roughness(),
        nameof(Distortion) => new Distortion(),
        _ => new ForeignTexture(),
    };

    /// <summary>Darker above and to the left, so that moving a place shows.</summary>
    private static Canvas Shaded(int width, int height, int channels)
    {
        var plane = Enumerable.Range(0, width * height).Select(i => 0.3f + 0.2f * (i % width) / width + 0.2f * (i / width) / height);
        return new Canvas(width, height, channels, [.. Enumerable.Repeat(plane, channels).SelectMany(samples => samples)]);
    }
}
