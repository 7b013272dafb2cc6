using Sentinel.Core.Imaging;
using Sentinel.Worker.Demo;

namespace Sentinel.Worker.Tests.Demo;

public sealed class PlatePainterTests
{
    public static TheoryData<string> Defects => [.. Enum.GetNames<PartDefect>()];

    [Fact]
    public void The_same_seed_and_number_are_the_same_part() =>
        new PlatePainter(5).Paint(3).Image.Samples.ShouldBe(new PlatePainter(5).Paint(3).Image.Samples);

    [Fact]
    public void Parts_of_one_product_differ_a_little_and_products_differ_a_lot()
    {
        var part = new PlatePainter(1).Paint(1).Image;

        var nextPart = MeanDifference(part, new PlatePainter(1).Paint(2).Image);
        var otherProduct = MeanDifference(part, new PlatePainter(2).Paint(1).Image);

        nextPart.ShouldBeInRange(0.002, 0.06);
        otherProduct.ShouldBeGreaterThan(2 * nextPart);
    }

    [Fact]
    public void A_good_part_has_an_empty_mask() =>
        new PlatePainter(1).Paint(1).Mask.ShouldNotContain(true);

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_defect_changes_what_its_mask_marks_and_nothing_else(string name)
    {
        var painter = new PlatePainter(4);
        var good = painter.Paint(9).Image;

        var (image, _, mask) = painter.Paint(9, Enum.Parse<PartDefect>(name));

        // Differences up to 10 of 255 levels are not marked; the light adds a tenth.
        mask.Count(marked => marked).ShouldBeInRange(60, 4000);
        var changed = Enumerable.Range(0, mask.Length).Select(pixel => Difference(good, image, pixel)).ToList();
        mask.Index().Where(p => p.Item).Average(p => changed[p.Index]).ShouldBeGreaterThan(15.0 / 255);
        mask.Index().Where(p => !p.Item).Max(p => changed[p.Index]).ShouldBeLessThan(13.0 / 255);
    }

    [Fact]
    public void Every_level_is_one_that_an_8_bit_file_can_hold() =>
        new PlatePainter(1).Paint(1).Image.Samples.ShouldAllBe(sample => sample % 257 == 0);

    private static double MeanDifference(Frame a, Frame b) =>
        a.Samples.Zip(b.Samples, (x, y) => Math.Abs(x - y) / (double)ushort.MaxValue).Average();

    private static double Difference(Frame a, Frame b, int pixel) =>
        Enumerable.Range(pixel * 3, 3).Max(i => Math.Abs(a.Samples[i] - b.Samples[i])) / (double)ushort.MaxValue;
}
