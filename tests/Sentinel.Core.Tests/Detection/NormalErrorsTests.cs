using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection;

public sealed class NormalErrorsTests : IDisposable
{
    private readonly TorchThread _torch = new();

    [Fact]
    public void Normal_errors_are_about_one_away_and_others_farther_where_they_happen() => _torch.Run(() =>
    {
        manual_seed(2);
        var normal = NormalErrors.Fit(randn(9, 500, 4) * 7, gridWidth: 3, new Sharing(false, 0.05, 0));
        var errors = randn(9, 50, 4) * 7;
        errors[4] += 40;

        var distance = normal.Distance(errors).mean([0]);

        distance[0].item<float>().ShouldBe(1, 0.2);
        distance[4].item<float>().ShouldBeGreaterThan(16);
        return true;
    });

    [Fact]
    public void Each_position_keeps_its_own_scale_however_much_it_borrows() => _torch.Run(() =>
    {
        manual_seed(3);
        var scales = tensor(new[] { 1f, 2, 3, 4 }, [4, 1, 1]);

        var normal = NormalErrors.Fit(randn(4, 300, 5) * scales, gridWidth: 2, new Sharing(false, 1, 0));

        normal.Distance(randn(4, 300, 5) * scales).mean([0]).data<float>().ToArray().ShouldAllBe(distance => distance > 0.7 && distance < 1.4);
        return true;
    });

    [Fact]
    public void Parts_that_lie_a_little_off_are_forgiven_where_neighbours_count() => _torch.Run(() =>
    {
        manual_seed(4);
        // An edge that lay in column 3 of all images seen, and lies in column 4 of this one.
        Tensor Edge(int column, int count)
        {
            var errors = randn(8, 8, count, 2) * 0.1;
            errors[TensorIndex.Colon, column] += 1;
            return errors.reshape(64, count, 2);
        }

        double Peak(bool neighbours) => NormalErrors.Fit(Edge(3, 30), gridWidth: 8, new Sharing(neighbours, 0.05, 0)).Distance(Edge(4, 10)).max().item<float>();

        Peak(neighbours: true).ShouldBeLessThan(Peak(neighbours: false) / 5);
        return true;
    });

    [Fact]
    public void What_is_borrowed_is_chosen_so_that_defects_stand_out() => _torch.Run(() =>
    {
        manual_seed(5);
        using var map = new ErrorMap("map", [new PixelError(1)], directions: 3, gridWidth: 4, gridHeight: 4);
        var spread = arange(1, 17).to_type(ScalarType.Float32).reshape(16, 1, 1);
        Tensor Aligned(int count) => randn(16, count, 3) * spread + spread * 3;

        // What is usual at one position is a defect at another: only Gaussians that keep their positions can tell.
        var defective = Aligned(20);
        defective[2] = Aligned(20)[14];

        var sharing = map.Learn(Aligned(200), Aligned(20), defective);

        sharing.Mean.ShouldBe(0);
        return true;
    });

    [Fact]
    public void The_projection_evens_out_scales_and_keeps_the_strongest_directions() => _torch.Run(() =>
    {
        manual_seed(3);
        var shared = randn(40, 1, 4, 4);
        var errors = cat([shared * 1000, shared * 0.001 + randn(40, 1, 4, 4) * 1e-5, randn(40, 1, 4, 4)], 1);

        var projection = ErrorProjection.Fit(errors, 2);
        var projected = ErrorProjection.Apply(projection, errors);

        projection.shape.ShouldBe([3, 2]);
        projected.shape.ShouldBe([16, 40, 2]);
        // Two channels say the same: their common direction has variance 2, the third has 1.
        projected.reshape(-1, 2).var(0).data<float>().Order().ToArray().ShouldBe([1f, 2f], 0.15);
        return true;
    });

    public void Dispose() => _torch.Dispose();
}
