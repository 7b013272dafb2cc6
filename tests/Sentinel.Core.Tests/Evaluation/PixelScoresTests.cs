using CsCheck;
using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation;

public sealed class PixelScoresTests
{
    private static readonly Gen<(float[] Map, bool[] Mask, int Width)[]> Images =
        (from width in Gen.Int[1, 6]
         from height in Gen.Int[1, 6]
         from map in Gen.Int[0, 9].Select(v => v / 4f).Array[width * height]
         from mask in Gen.Int[0, 2].Select(v => v == 0).Array[width * height]
         select (map, mask, width)).Array[1, 4]
        .Where(images => images.SelectMany(i => i.Item2).Distinct().Count() == 2);

    [Fact]
    public void A_map_that_equals_the_mask_is_perfect()
    {
        var figures = Figures((Map: [0, 1, 0, 0], Mask: [false, true, false, false], Width: 2));

        figures.ShouldBe(new PixelFigures(1, 1, 1));
    }

    [Fact]
    public void A_map_of_one_value_tells_nothing()
    {
        var figures = Figures((Map: [5, 5, 5, 5], Mask: [true, false, false, false], Width: 2));

        figures.Auroc.ShouldBe(0.5);
        figures.Ap.ShouldBe(0.25);
        figures.Aupro.ShouldBe(0.15, 1e-12); // The diagonal up to 0.3, divided by 0.3.
    }

    [Fact]
    public void A_small_defect_weighs_as_much_as_a_large_one()
    {
        // Two parts, of three pixels and of one, apart. Only the small one is found before the first false alarm.
        bool[] mask = [true, true, true, false, false, true];
        float[] map = [0, 0, 0, 1, 1, 2];

        Figures((map, mask, 6)).Aupro.ShouldBe(0.5, 1e-12);
    }

    [Fact]
    public void Pixels_that_touch_at_a_corner_are_one_part()
    {
        bool[] mask = [true, false, false, true];

        var (parts, sizes) = ConnectedComponents.Of(mask, 2);

        parts.ShouldBe([0, -1, -1, 0]);
        sizes.ShouldBe([2]);
    }

    [Fact]
    public void The_last_pixel_of_a_row_does_not_touch_the_first_of_the_next() =>
        ConnectedComponents.Of([false, false, true, true, false, false], 3).Sizes.ShouldBe([1, 1]);

    [Fact]
    public void All_figures_equal_those_of_trying_every_threshold() => Images.Sample(images =>
    {
        var figures = Figures(images);

        var good = images.SelectMany(i => i.Map.Where((_, p) => !i.Mask[p])).Select(s => (double)s).ToArray();
        var defective = images.SelectMany(i => i.Map.Where((_, p) => i.Mask[p])).Select(s => (double)s).ToArray();
        figures.Auroc.ShouldBe(RocCurve.Area(good, defective), 1e-12);
        figures.Ap.ShouldBe(PrecisionRecallCurve.AveragePrecision(good, defective), 1e-12);
        figures.Aupro.ShouldBe(AuproStepByStep(images, good), 1e-9);
    });

    [Fact]
    public void Masks_that_mark_nothing_are_refused() =>
        Should.Throw<ArgumentException>(() => Figures((Map: [1, 2], Mask: [false, false], Width: 2))).Message.ShouldContain("mark no pixel");

    [Fact]
    public void A_mask_of_another_size_is_refused() =>
        Should.Throw<ArgumentException>(() => new PixelScores().Add(new float[6], new bool[4], 2)).Message.ShouldContain("not one image");

    private static PixelFigures Figures(params (float[] Map, bool[] Mask, int Width)[] images)
    {
        var scores = new PixelScores();
        foreach (var (map, mask, width) in images)
        {
            scores.Add(map, mask, width);
        }

        return scores.Figures();
    }

    /// <summary>The definition, slowly: overlap of every part and false-alarm rate at every threshold, integrated in tiny steps of the rate.</summary>
    private static double AuproStepByStep((float[] Map, bool[] Mask, int Width)[] images, double[] good)
    {
        var parts = images.SelectMany(PartsByGrowing).ToList();
        List<(double Rate, double Overlap)> curve = [(0, 0)];
        foreach (var threshold in images.SelectMany(i => i.Map).Distinct().OrderDescending())
        {
            var rate = good.Count(s => s >= threshold) / (double)good.Length;
            curve.Add((rate, parts.Average(part => part.Count(s => s >= threshold) / (double)part.Length)));
        }

        var area = 0.0;
        foreach (var (from, to) in curve.Zip(curve.Skip(1)))
        {
            var end = Math.Min(to.Rate, 0.3);
            if (from.Rate < end)
            {
                var overlapAtEnd = from.Overlap + ((to.Overlap - from.Overlap) * (end - from.Rate) / (to.Rate - from.Rate));
                area += (end - from.Rate) * (from.Overlap + overlapAtEnd) / 2;
            }
        }

        return area / 0.3;
    }

    /// <summary>Scores of each connected part: every pixel takes the lowest number among its neighbours until nothing changes.</summary>
    private static IEnumerable<float[]> PartsByGrowing((float[] Map, bool[] Mask, int Width) image)
    {
        var number = Enumerable.Range(0, image.Mask.Length).ToArray();
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var (a, b) in from a in number.Index() from b in number.Index() select (a, b))
            {
                var (dx, dy) = ((a.Index % image.Width) - (b.Index % image.Width), (a.Index / image.Width) - (b.Index / image.Width));
                if (Math.Abs(dx) <= 1 && Math.Abs(dy) <= 1 && image.Mask[a.Index] && image.Mask[b.Index]
                    && number[a.Index] > number[b.Index])
                {
                    number[a.Index] = number[b.Index];
                    changed = true;
                }
            }
        }

        return number.Index().Where(p => image.Mask[p.Index]).GroupBy(p => p.Item, p => image.Map[p.Index]).Select(part => part.ToArray());
    }
}
