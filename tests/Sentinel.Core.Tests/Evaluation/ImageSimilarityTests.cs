using CsCheck;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class ImageSimilarityTests
{
    [Fact]
    public void An_error_of_a_tenth_everywhere_is_20_decibels()
    {
        PeakSignalToNoise.Between([0.1f, 0.5f, 0.9f], [0.2f, 0.4f, 0.8f]).ShouldBe(20, 1e-5);
        PeakSignalToNoise.Between(new Frame(2, 1, 1, [6554, 13107]), new Frame(2, 1, 1, [0, 6553])).ShouldBe(20, 1e-3);
    }

    [Fact]
    public void Equal_images_have_no_noise_and_full_similarity()
    {
        var image = Pattern(16, 12, 3, shift: 0);

        PeakSignalToNoise.Between(image, image).ShouldBe(double.PositiveInfinity);
        StructuralSimilarity.Between(image, image).ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Structural_similarity_is_that_of_the_reference()
    {
        // skimage.metrics.structural_similarity(a, b, data_range=1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
        // with a[y, x] = ((7 x + 13 y) mod 32) / 31 and b[y, x] = ((7 x + 13 y + 3 (x mod 3)) mod 32) / 31, 24 wide and 20 high.
        var (a, b) = (new double[24 * 20], new double[24 * 20]);
        for (var i = 0; i < a.Length; i++)
        {
            var (x, y) = (i % 24, i / 24);
            a[i] = ((7 * x) + (13 * y)) % 32 / 31.0;
            b[i] = ((7 * x) + (13 * y) + (3 * (x % 3))) % 32 / 31.0;
        }

        StructuralSimilarity.Between(a, b, 24, 20, range: 1).ShouldBe(0.5254537235853897, 1e-9);
    }

    [Fact]
    public void Both_figures_do_not_care_which_image_comes_first() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]).Sample((first, second) =>
        {
            var (a, b) = (Pattern(14, 13, 1, first), Pattern(14, 13, 1, second));

            StructuralSimilarity.Between(a, b).ShouldBe(StructuralSimilarity.Between(b, a), 1e-12);
            PeakSignalToNoise.Between(a, b).ShouldBe(PeakSignalToNoise.Between(b, a));
        });

    [Fact]
    public void Images_of_different_size_are_refused()
    {
        var (wide, high) = (Pattern(16, 12, 1, 0), Pattern(12, 16, 1, 0));

        Should.Throw<ArgumentException>(() => PeakSignalToNoise.Between(wide, high)).Message.ShouldContain("16 x 12");
        Should.Throw<ArgumentException>(() => StructuralSimilarity.Between(wide, high)).Message.ShouldContain("16 x 12");
    }

    [Fact]
    public void An_image_smaller_than_the_window_is_refused()
    {
        var small = Pattern(10, 40, 1, 0);

        Should.Throw<ArgumentException>(() => StructuralSimilarity.Between(small, small)).Message.ShouldContain("11 x 11");
    }

    private static Frame Pattern(int width, int height, int channels, int shift) =>
        new(width, height, channels, [.. Enumerable.Range(0, width * height * channels).Select(i => (ushort)((i * 7919L) + (shift * i * 31L)))]);
}
