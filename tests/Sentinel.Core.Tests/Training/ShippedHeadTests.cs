using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using TorchSharp;

namespace Sentinel.Core.Tests.Training;

public sealed class ShippedHeadTests : IDisposable
{
    private static readonly Standardisation _rules = new() { Width = 256, Height = 256, Channels = 1 };

    private readonly TorchThread _torch = new();

    [Fact]
    public void It_finds_spots_on_a_product_that_it_never_learnt() => _torch.Run(() =>
    {
        using var scope = torch.NewDisposeScope();
        using var model = new DetectionModel(new Architecture(), _rules);
        model.Head.StartFrom(ShippedWeights.Head.Load());
        model.eval();
        using var looks = NormalErrorsFitting.Fit(model, model.Looks, [.. Pictures(0, 30)], [.. Pictures(30, 12)], seed: 1, () => { });

        var good = Enumerable.Range(100, 10).Select(i => Peak(Dials.Good(i))).ToList();
        var spotted = Enumerable.Range(200, 10).Select(i => Peak(Dials.Spotted(i, out _))).ToList();

        // Log-odds. Those of good images differ from product to product; what counts is how far above their peaks a defect is. A head that knows nothing says about 0 of either.
        spotted.Min().ShouldBeGreaterThan(3);
        (spotted.Min() - good.Max()).ShouldBeGreaterThan(3);
        return true;

        double Peak(Frame frame)
        {
            using var inference = torch.inference_mode();
            using var measuring = torch.NewDisposeScope();
            var evidence = model.Evidence(model.Compare(_rules.Standardise(frame)), kind => kind is EvidenceKind.Head);
            return evidence[EvidenceKind.Head].max().item<float>();
        }
    });

    public void Dispose() => _torch.Dispose();

    private static IEnumerable<GoodPicture> Pictures(int first, int count) => Enumerable.Range(first, count).Select(i =>
        new GoodPicture(new KnownGoodImage("", $"dial-{i}", "", new ImageHeader(Dials.Size, Dials.Size, 1, 16, ImageFormat.Png)), Dials.Good(i), _rules, new Random(i)));
}
