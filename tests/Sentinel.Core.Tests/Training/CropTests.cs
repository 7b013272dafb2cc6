using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Training;

public sealed class CropTests : IDisposable
{
    private readonly TorchThread _torch = new();

    [Theory]
    [InlineData(8, 8)]
    [InlineData(7, 9)]
    [InlineData(1, 1)]
    [InlineData(1, 24)]
    public void A_part_around_a_cell_holds_it_and_lies_within_the_image(int rows, int columns)
    {
        var random = new Random(1);
        foreach (var row in Enumerable.Range(0, rows))
        {
            foreach (var column in Enumerable.Range(0, columns))
            {
                var crop = Crop.Around((row, column), rows, columns, random);

                row.ShouldBeInRange(crop.Top, crop.Top + crop.Height - 1);
                column.ShouldBeInRange(crop.Left, crop.Left + crop.Width - 1);
                ShouldLieWithin(crop, rows, columns);
            }
        }
    }

    [Fact]
    public void A_part_anywhere_may_lie_in_every_corner()
    {
        var random = new Random(1);
        var crops = Enumerable.Range(0, 500).Select(_ => Crop.Anywhere(7, 9, random)).ToList();

        crops.ForEach(crop => ShouldLieWithin(crop, 7, 9));
        crops.Select(crop => (crop.Top, crop.Left)).ShouldBeSubsetOf(from top in Enumerable.Range(0, 4) from left in Enumerable.Range(0, 5) select (top, left));
        crops.Select(crop => (crop.Top, crop.Left)).Distinct().Count().ShouldBe(20);
    }

    [Fact]
    public void It_is_the_same_part_of_a_coarse_and_a_fine_look() => _torch.Run(() =>
    {
        var coarse = arange(6).reshape(1, 1, 2, 3).to_type(ScalarType.Float32);
        var fine = coarse.repeat_interleave(4, dim: 2).repeat_interleave(4, dim: 3);
        var crop = new Crop(Top: 1, Left: 1, Height: 1, Width: 2);

        crop.Of(coarse, rows: 2).contiguous().data<float>().ToArray().ShouldBe([4f, 5]);
        crop.Of(fine, rows: 2).shape.ShouldBe([1, 1, 4, 8]);
        nn.functional.avg_pool2d(crop.Of(fine, rows: 2), 4).data<float>().ToArray().ShouldBe([4f, 5]);
        return true;
    });

    public void Dispose() => _torch.Dispose();

    private static void ShouldLieWithin(Crop crop, int rows, int columns)
    {
        (crop.Height, crop.Width).ShouldBe(((rows + 1) / 2, (columns + 1) / 2));
        crop.Top.ShouldBeInRange(0, rows - crop.Height);
        crop.Left.ShouldBeInRange(0, columns - crop.Width);
    }
}
