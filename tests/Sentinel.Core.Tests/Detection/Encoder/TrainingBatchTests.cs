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
        batch.Labels.data<long>().ToArray().ShouldBe(Enumerable.Range(0, 120).Select(i => (long)_images.Pictures[i].Label));
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
    public void On_about_half_of_them_something_is_drawn_and_the_cells_say_where()
    {
        var batch = Draw(64, seed: 1);

        batch.Foreign.shape.ShouldBe([120, 1, 16, 16]);
        batch.Foreign.eq(0).logical_or(batch.Foreign.eq(1)).all().item<bool>().ShouldBeTrue();
        batch.Foreign.amax([1, 2, 3]).sum().item<float>().ShouldBeInRange(35, 70); // a tenth of the half gets nothing, some of what is drawn cannot be seen
        batch.Foreign.mean().item<float>().ShouldBeInRange(0.01f, 0.25f);
    }

    [Fact]
    public void A_window_is_a_square_part_at_another_size_mirrored_or_not()
    {
        var picture = new LabelledPicture(40, 20, [.. Enumerable.Range(0, 3 * 40 * 20).Select(i => (byte)(i % 40 * 4))], 0);

        var half = new Window(picture, 10, 0, 20, Mirrored: false).Cut(10, grey: false);
        var mirrored = new Window(picture, 10, 0, 20, Mirrored: true).Cut(10, grey: false);
        var enlarged = new Window(picture, 10, 0, 20, Mirrored: false).Cut(40, grey: true);

        // Brightness is four times the column: a pixel over columns 10 and 11 shows their mean, 42.
        (half.Samples[0] * 255, half.Samples[9] * 255).ShouldSatisfyAllConditions(ends => ends.Item1.ShouldBe(42, 0.1f), ends => ends.Item2.ShouldBe(114, 0.1f));
        mirrored.Samples[..10].ShouldBe(half.Samples[..10].Reverse());
        (enlarged.Samples[20] * 255).ShouldBe(4 * 19.75f, 0.1f);
    }

    [Fact]
    public void The_learning_rate_rises_to_its_peak_and_falls_to_nothing()
    {
        var rates = Enumerable.Range(0, 101).Select(i => Schedule.LearningRate(i / 100.0, Schedule.RateToLearn)).ToList();

        rates.Max().ShouldBe(0.3, 1e-9);
        rates.IndexOf(rates.Max()).ShouldBe(4);
        rates.Skip(4).ShouldBe(rates.Skip(4).OrderDescending());
        (rates[0], rates[^1]).ShouldSatisfyAllConditions(r => r.Item1.ShouldBeInRange(1e-4, 0.01), r => r.Item2.ShouldBe(0, 1e-9));
    }

    public void Dispose() => _scope.Dispose();

    private TrainingBatch Draw(int size, int seed) =>
        TrainingBatch.Draw(_images, [.. Enumerable.Range(0, _images.Pictures.Count)], size, new Random(seed), withForeign: true);
}
