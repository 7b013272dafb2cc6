using Sentinel.Pretrain;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection.Encoder;

public sealed class TrainingBatchTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly LabelledImages _images = DrawnClasses.Draw(perClass: 40, seed: 1);

    [Theory]
    [InlineData(48)]
    [InlineData(64)]
    public void Pictures_are_shown_at_the_size_asked_for_with_their_own_labels(int size)
    {
        var batch = Draw(size, seed: 1);

        batch.Images.shape.ShouldBe([120, 3, size, size]);
        batch.Labels.data<long>().ToArray().ShouldBe(Enumerable.Range(0, 120).Select(i => (long)_images.LabelOf(i)));
        batch.Images.min().item<float>().ShouldBeInRange(-0.5f, 0.5f);
        batch.Images.max().item<float>().ShouldBeInRange(0.5f, 1.5f);
    }

    [Fact]
    public void About_three_in_ten_are_turned_grey()
    {
        var images = Draw(64, seed: 1).Images;

        var coloured = (images.select(1, 0) - images.select(1, 2)).abs().amax([1, 2]).gt(1e-6).sum().item<long>();

        (120 - coloured).ShouldBeInRange(20, 55);
    }

    [Fact]
    public void The_same_seed_shows_the_same_pictures_and_another_seed_others()
    {
        Draw(64, seed: 1).Images.eq(Draw(64, seed: 1).Images).all().item<bool>().ShouldBeTrue();
        Draw(64, seed: 1).Images.eq(Draw(64, seed: 2).Images).all().item<bool>().ShouldBeFalse();
    }

    [Fact]
    public void The_learning_rate_rises_to_its_peak_and_falls_to_nothing()
    {
        var rates = Enumerable.Range(0, 101).Select(i => Schedule.LearningRate(i / 100.0)).ToList();

        rates.Max().ShouldBe(0.3, 1e-9);
        rates.IndexOf(rates.Max()).ShouldBe(4);
        rates.Skip(4).ShouldBe(rates.Skip(4).OrderDescending());
        (rates[0], rates[^1]).ShouldSatisfyAllConditions(r => r.Item1.ShouldBeInRange(1e-4, 0.01), r => r.Item2.ShouldBe(0, 1e-9));
    }

    public void Dispose() => _scope.Dispose();

    private TrainingBatch Draw(int size, int seed) =>
        TrainingBatch.Draw(_images, [.. Enumerable.Range(0, _images.Count)], size, new Random(seed));
}
