using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using Sentinel.Core.Training.Corruption;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Training;

public sealed class AutoencoderTrainingTests : IDisposable
{
    private const int Size = 64;

    private readonly TorchThread _torch = new();

    [Theory]
    [InlineData(1, nameof(Precision.Single))]
    [InlineData(1, nameof(Precision.Bfloat16))]
    [InlineData(3, nameof(Precision.Auto))]
    public void A_short_training_learns_to_take_out_boxes(int channels, string precision) => _torch.Run(() =>
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var network = new DenoisingAutoencoder(channels);
        network.StartFrom(ShippedWeights.Denoiser.Load());

        new AutoencoderTraining(network, (_, random, _) => Boxed(channels, random), seed: 1, AutoencoderTraining.RateToTune, Enum.Parse<Precision>(precision))
            .Run(TimeSpan.FromHours(1), steps: 60, onStep: null, CancellationToken.None);

        using var inference = inference_mode();
        var unseen = Boxed(channels, new Random(2));
        var (repaired, denoised) = network.call(unseen.Corrupted);
        Error(repaired).ShouldBeLessThan(0.4 * Error(unseen.Corrupted));
        Error(denoised).ShouldBeLessThan(0.4 * Error(unseen.Corrupted));
        return true;

        double Error(Tensor image) => (image - unseen.Denoised).square().mean().item<float>();
    });

    public void Dispose() => _torch.Dispose();

    /// <summary>Stripes that lie a little elsewhere in each sample, with one box of a colour of its own.</summary>
    private static SampleBatch Boxed(int channels, Random random)
    {
        const int count = 8;
        var area = channels * Size * Size;
        var (clean, drawn) = (new float[count * area], new float[count * area]);
        for (var i = 0; i < count; i++)
        {
            var phase = random.NextDouble() * Math.Tau;
            var canvas = new Canvas(Size, Size, channels, [.. Enumerable.Range(0, area).Select(at => 0.5f + 0.2f * (float)Math.Sin(at % Size / 3.0 + phase))]);
            canvas.Samples.CopyTo(clean, i * area);
            new Box(0.2, 0.4).Draw(canvas, canvas, random);
            canvas.Samples.CopyTo(drawn, i * area);
        }

        long[] shape = [count, channels, Size, Size];
        return new SampleBatch(tensor(drawn, shape), tensor(clean, shape), tensor(clean, shape));
    }
}
