using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection;

public sealed class OwnCovarianceTests : IDisposable
{
    private const int Channels = 24;

    private readonly TorchThread _torch = new();

    [Fact]
    public void What_one_place_usually_does_hides_defects_there_less() => _torch.Run(() =>
    {
        manual_seed(8);
        var moving = tensor(new[] { 20f, 0, 0, 0, 0, 0, 0, 0 }, [1, 1, 8, 1]);
        Tensor Usual(int count) => randn(count, Channels, 8, 2) + Direction(0) * moving * randn(count, 1, 8, 2);
        var sharing = new Sharing(false, 1, 0);
        var (shared, own) = (NormalErrors.Fit(Usual(600), sharing), NormalErrors.Fit(Usual(600), sharing with { OwnCovariance = true }));

        double Apart(NormalErrors normal)
        {
            var (usual, defective) = (First(normal, Usual(400)), First(normal, Usual(400) + Direction(1) * 6));
            return ((defective.mean() - usual.mean()) / usual.std()).item<float>();
        }

        Apart(own).ShouldBeGreaterThan(1.5 * Apart(shared));
        return true;
    });

    [Fact]
    public void Of_few_images_it_takes_little() => _torch.Run(() =>
    {
        manual_seed(9);
        var few = NormalErrors.Fit(randn(6, Channels, 4, 4), new Sharing(false, 1, 1, OwnCovariance: true)).Own.ShouldNotBeNull();

        few.Scale.min().item<float>().ShouldBeGreaterThan(0.5f);
        few.Rest.max().item<float>().ShouldBeLessThan(1.2f);
        return true;
    });

    [Fact]
    public void A_grid_is_fitted_alike_whole_and_in_parts() => _torch.Run(() =>
    {
        manual_seed(10);
        // 96 rows of 40 cells, 24 channels, 300 images: more than are looked at at once.
        var seen = randn(300, Channels, 96, 40).to_type(ScalarType.Float16);
        var sharing = new Sharing(false, 1, 1, OwnCovariance: true);
        var whole = NormalErrors.Fit(seen, sharing);
        var last = OwnCovariance.Fit(seen.narrow(2, 95, 1), whole with { Mean = whole.Mean.narrow(2, 95, 1), Spread = whole.Spread.narrow(2, 95, 1), Own = null });

        (whole.Own!.Scale.narrow(0, 95 * 40, 40) - last.Scale).abs().max().item<float>().ShouldBeLessThan(1e-3f);
        return true;
    });

    public void Dispose() => _torch.Dispose();

    private static Tensor Direction(int number) =>
        nn.functional.normalize(randn([1, Channels, 1, 1], generator: new Generator((ulong)number)), dim: 1);

    private static Tensor First(NormalErrors normal, Tensor errors) => normal.Whitened(errors).square().mean([1]).narrow(1, 0, 1);
}
