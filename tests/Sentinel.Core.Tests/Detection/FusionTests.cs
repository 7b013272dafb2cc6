using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection;

public sealed class FusionTests : IDisposable
{
    private readonly TorchThread _torch = new();

    [Fact]
    public void Where_every_kind_stands_at_its_typical_peak_the_map_is_one() => Map(distance: [5], head: [-3]).ShouldBe([1f], 1e-5);

    [Fact]
    public void Where_the_head_sees_nothing_the_distance_ranks()
    {
        var map = Map(distance: [3, 3.5f], head: [-40, -60]);

        map[1].ShouldBeGreaterThan(map[0]);
    }

    [Fact]
    public void What_the_head_sees_counts_in_full()
    {
        var map = Map(distance: [5, 5, 5], head: [10, 20, 30]);

        (map[2] - map[1]).ShouldBe(map[1] - map[0], 0.05f);
        (map[1] - map[0]).ShouldBeGreaterThan(1);
    }

    [Fact]
    public void It_falls_where_one_kind_falls_and_never_below_zero()
    {
        var map = Map(distance: [8, 5, -200], head: [-3, -3, -3]);

        map[0].ShouldBeGreaterThan(map[1]);
        map[1].ShouldBeGreaterThan(map[2]);
        map[2].ShouldBeGreaterThanOrEqualTo(0);
    }

    public void Dispose() => _torch.Dispose();

    /// <summary>The map of a product whose good images peak at a distance of 5 and at -3 for the head.</summary>
    private float[] Map(float[] distance, float[] head) => _torch.Run(() =>
    {
        using var scope = NewDisposeScope();
        using var fusion = new Fusion();
        fusion.Learn(new Dictionary<EvidenceKind, Tensor> { [EvidenceKind.Appearance] = tensor(new[] { 4f, 5, 6 }), [EvidenceKind.Head] = tensor(new[] { -4f, -3, -2 }) });
        fusion.Weigh(new EvidenceWeights(0, 0.5, 0.5));
        return fusion.Combine(new Dictionary<EvidenceKind, Tensor> { [EvidenceKind.Appearance] = tensor(distance), [EvidenceKind.Head] = tensor(head) }).data<float>().ToArray();
    });
}
