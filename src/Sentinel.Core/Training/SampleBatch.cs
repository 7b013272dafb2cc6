using Sentinel.Core.Training.Corruption;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>One batch of training samples, each [N, C, size, size], 0..1.</summary>
/// <param name="Corrupted">What the network sees: corruption and sensor noise over good pictures.</param>
/// <param name="Repaired">Target of the repair: the good picture with the same sensor noise.</param>
/// <param name="Denoised">Target of the denoising: the good picture.</param>
/// <param name="Weight">1 where nothing was drawn, more where something was, [N, 1, size, size].</param>
internal sealed record SampleBatch(Tensor Corrupted, Tensor Repaired, Tensor Denoised, Tensor Weight)
{
    private const double StrongestNoise = 50.0 / 255;

    public static SampleBatch Draw(
        IReadOnlyList<GoodPicture> pictures, int channels, Corruptor corruptor, int count, int size, Random random, Generator generator)
    {
        var area = channels * size * size;
        var (clean, drawn) = (new float[count * area], new float[count * area]);
        var (sigma, salted) = (new float[count], new float[count]);
        for (var i = 0; i < count; i++)
        {
            var canvas = Cut(pictures, size, random);
            canvas.Samples.CopyTo(clean, i * area);
            corruptor.Corrupt(canvas, Cut(pictures, size, random), random);
            canvas.Samples.CopyTo(drawn, i * area);
            sigma[i] = random.NextDouble() < 0.3 ? 0 : (float)(StrongestNoise * Math.Pow(random.NextDouble(), 1.5));
            salted[i] = random.NextDouble() < 0.1 ? 0.1f * random.NextSingle() : 0;
        }

        long[] shape = [count, channels, size, size];
        var (good, corrupted) = (tensor(clean, shape), tensor(drawn, shape));
        var weight = 1 + 3 * (corrupted - good).abs().amax([1], keepdim: true).gt(0.01).to_type(ScalarType.Float32);
        var noise = randn(shape, generator: generator) * tensor(sigma, [count, 1, 1, 1]);
        var lot = rand([count, 1, size, size], generator: generator);
        var salt = tensor(salted, [count, 1, 1, 1]) / 2;
        var seen = (corrupted + noise).masked_fill(lot < salt, 0).masked_fill(lot > 1 - salt, 1).clamp(0, 1);
        return new SampleBatch(seen, (good + noise).clamp(0, 1), good, weight);
    }

    /// <summary>Half of the samples are standardised, half at the camera's own resolution.</summary>
    private static Canvas Cut(IReadOnlyList<GoodPicture> pictures, int size, Random random)
    {
        var picture = pictures[random.Next(pictures.Count)];
        return random.Next(2) == 0 ? picture.CutNative(size, random) : picture.CutStandard(size, random);
    }
}
