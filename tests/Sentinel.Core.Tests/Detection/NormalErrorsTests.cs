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
        var normal = NormalErrors.Fit(randn(500, 4, 5, 5) * 7, new Sharing(false, 0.05, 0));
        var errors = randn(50, 4, 5, 5) * 7;
        errors[TensorIndex.Colon, TensorIndex.Colon, 2, 2] += 40;

        var distance = normal.Distances(errors).mean([0, 1]);

        distance[4, 0].item<float>().ShouldBe(1, 0.2);
        distance[2, 2].item<float>().ShouldBeGreaterThan(4);
        return true;
    });

    [Fact]
    public void What_channels_do_together_counts_less_than_what_one_does_against_the_others() => _torch.Run(() =>
    {
        manual_seed(6);
        Tensor Together(int count) => randn(count, 1, 3, 3).expand(count, 4, 3, 3) + randn(count, 4, 3, 3) * 0.1;
        var normal = NormalErrors.Fit(Together(400), new Sharing(false, 0.05, 0));

        var (with, against) = (Together(50) + 1.0, Together(50) + tensor(new[] { 1f, -1, 1, -1 }, [1, 4, 1, 1]));

        normal.Distances(against).mean().item<float>().ShouldBeGreaterThan(5 * normal.Distances(with).mean().item<float>());
        return true;
    });

    [Fact]
    public void Each_position_keeps_its_own_spread_unless_it_shares_it() => _torch.Run(() =>
    {
        manual_seed(3);
        var spreads = tensor(new[] { 1f, 2, 3, 4 }, [1, 1, 1, 4]);

        double Wide(double shared)
        {
            var spread = NormalErrors.Fit(randn(300, 5, 1, 4) * spreads, new Sharing(false, shared, 0)).Spread;
            return (spread[0, 0, 0, 3] / spread[0, 0, 0, 0]).item<float>();
        }

        Wide(shared: 0).ShouldBe(4, 0.6);
        Wide(shared: 1).ShouldBe(1, 0.2);
        return true;
    });

    [Fact]
    public void A_channel_that_never_moved_is_far_away_when_it_does_and_not_infinitely() => _torch.Run(() =>
    {
        manual_seed(7);
        var seen = randn(50, 3, 4, 4);
        seen[TensorIndex.Colon, 1] = 0;

        var far = NormalErrors.Fit(seen, new Sharing(false, 0.05, 0)).Distances(seen[..1] + tensor(new[] { 0f, 9000, 0 }, [1, 3, 1, 1])).max().item<float>();

        far.ShouldBeInRange(100, 1e6f);
        return true;
    });

    [Fact]
    public void Parts_that_lie_a_little_off_are_forgiven_where_neighbours_count() => _torch.Run(() =>
    {
        manual_seed(4);
        // An edge that lay in column 3 of all images seen, and lies in column 4 of this one.
        Tensor Edge(int column, int count)
        {
            var errors = randn(count, 2, 8, 8) * 0.1;
            errors[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Colon, column] += 1;
            return errors;
        }

        double Peak(bool neighbours) => NormalErrors.Fit(Edge(3, 30), new Sharing(neighbours, 0.05, 0)).Distances(Edge(4, 10)).max().item<float>();

        Peak(neighbours: true).ShouldBeLessThan(Peak(neighbours: false) / 2);
        return true;
    });

    [Fact]
    public void What_is_borrowed_is_chosen_so_that_defects_stand_out() => _torch.Run(() =>
    {
        manual_seed(5);
        using var map = new ErrorMap("map", [new PixelError(1)], gridWidth: 4, gridHeight: 4);
        var spread = arange(1, 17).to_type(ScalarType.Float32).reshape(1, 1, 4, 4);
        Tensor Aligned(int count) => randn(count, map.Channels, 4, 4) * spread + spread * 3;

        // What is usual at one position is a defect at another: only what keeps its positions can tell.
        var defective = Aligned(20);
        defective[TensorIndex.Colon, TensorIndex.Colon, 0, 2] = Aligned(20)[TensorIndex.Colon, TensorIndex.Colon, 3, 2];

        var sharing = map.Learn(Aligned(200), Aligned(20), defective);

        sharing.Mean.ShouldBe(0);
        return true;
    });

    public void Dispose() => _torch.Dispose();
}
