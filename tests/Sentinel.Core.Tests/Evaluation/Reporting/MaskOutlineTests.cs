using Sentinel.Core.Evaluation.Reporting;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Evaluation.Reporting;

public sealed class MaskOutlineTests
{
    [Fact]
    public void A_line_of_two_pixels_runs_around_the_defect_and_leaves_it_in_view()
    {
        var image = new Frame(20, 20, 1, [.. Enumerable.Repeat((ushort)1000, 400)]);
        var mask = new bool[400];
        for (var y = 8; y < 12; y++)
        {
            Array.Fill(mask, true, (y * 20) + 6, 5);
        }

        var outlined = MaskOutline.Draw(image, mask, 20);

        // 5 x 4 pixels with two around them are 9 x 8.
        var green = Green(outlined);
        green.Count.ShouldBe((9 * 8) - (5 * 4));
        (green.Min(p => p.X), green.Max(p => p.X), green.Min(p => p.Y), green.Max(p => p.Y)).ShouldBe((4, 12, 6, 13));
        green.ShouldNotContain((6, 8));
        outlined.Samples[((8 * 20) + 6) * 3].ShouldBe((ushort)1000);
    }

    [Fact]
    public void A_crack_of_one_pixel_is_still_outlined_whole_in_a_much_smaller_picture()
    {
        var mask = new bool[200 * 100];
        for (var y = 0; y < 100; y++)
        {
            mask[(y * 200) + 101] = true;
        }

        var outlined = MaskOutline.Draw(new Frame(200, 100, 1, new ushort[20_000]), mask, 50);

        (outlined.Width, outlined.Height).ShouldBe((50, 25));
        Green(outlined).Count.ShouldBe(4 * 25);
    }

    private static List<(int X, int Y)> Green(Frame frame) =>
        [.. Enumerable.Range(0, frame.Width * frame.Height).Where(i => frame.Samples[3 * i] == 0 && frame.Samples[(3 * i) + 1] == 65535).Select(i => (i % frame.Width, i / frame.Width))];
}
