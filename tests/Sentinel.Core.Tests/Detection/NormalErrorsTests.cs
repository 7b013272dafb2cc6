using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection;

public sealed class NormalErrorsTests : IDisposable
{
    private readonly TorchThread _torch = new();

    [Fact]
    public void Aligned_errors_keep_their_positions_and_unaligned_ones_share() => _torch.Run(() =>
    {
        manual_seed(1);
        var spread = rand(16, 1, 3) * 5 + 0.1;
        var aligned = (Tensor seen) => randn(16, seen.shape[1], 3) * spread + spread * 3;

        NormalErrors.Fit(aligned(zeros(1, 400)), aligned(zeros(1, 100)), gridWidth: 4, out var kept);
        NormalErrors.Fit(randn(16, 20, 3), randn(16, 10, 3), gridWidth: 4, out var shared);

        kept.ShouldBe(new Sharing(Neighbours: false, Covariance: 0.02, Mean: 0));
        shared.Covariance.ShouldBe(1);
        (shared.Neighbours || shared.Mean == 1).ShouldBeTrue();
        return true;
    });

    [Fact]
    public void Normal_errors_are_about_one_away_and_others_farther_where_they_happen() => _torch.Run(() =>
    {
        manual_seed(2);
        var normal = NormalErrors.Fit(randn(9, 500, 4) * 7, randn(9, 100, 4) * 7, gridWidth: 3, out _);
        var errors = randn(9, 50, 4) * 7;
        errors[4] += 40;

        var distance = normal.Distance(errors).mean([0]);

        distance[0].item<float>().ShouldBe(1, 0.2);
        distance[4].item<float>().ShouldBeGreaterThan(16);
        return true;
    });

    [Fact]
    public void Parts_that_lie_a_little_off_make_positions_count_their_neighbours() => _torch.Run(() =>
    {
        manual_seed(4);
        // An edge that lies in column 3 of some images and in column 4 of others.
        Tensor Images(int count)
        {
            var errors = randn(8, 8, count, 2) * 0.1;
            for (var i = 0; i < count; i++)
            {
                errors[TensorIndex.Colon, 3 + i % 2, i] += 1;
            }

            return errors.reshape(64, count, 2);
        }

        NormalErrors.Fit(Images(3), Images(40), gridWidth: 8, out var sharing);

        sharing.Neighbours.ShouldBeTrue();
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
