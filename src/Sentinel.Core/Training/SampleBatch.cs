using Sentinel.Core.Training.Corruption;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>One batch of training samples, each [N, C, size, size], 0..1.</summary>
/// <param name="Corrupted">What the network sees: corruption and sensor noise over good pictures.</param>
/// <param name="Repaired">Target of the repair: the good picture with the same sensor noise.</param>
/// <param name="Denoised">Target of the denoising: the good picture.</param>
internal sealed record SampleBatch(Tensor Corrupted, Tensor Repaired, Tensor Denoised)
{
    public const int UsualSize = 128;
    private const int Count = 16;

    // What is drawn makes most of the loss: without samples that are only noisy, noise would be learnt last.
    private const double NoiseOnly = 0.3;
    private const double Boxed = 0.35;
    private const int MostBoxes = 3;
    private const double StrongestNoise = 50.0 / 255;

    // A quarter of an image's side is half of a crop's.
    private static readonly Box _box = new(0.08, 0.5);

    /// <summary>Batches of a product.</summary>
    public static DrawSamples Of(IReadOnlyList<GoodPicture> pictures, int channels) =>
        (_, random, generator) => Draw(pictures, channels, UsualSize, random, generator);

    public static SampleBatch Draw(IReadOnlyList<GoodPicture> pictures, int channels, int size, Random random, Generator generator)
    {
        var area = channels * size * size;
        var (clean, drawn) = (new float[Count * area], new float[Count * area]);
        var (sigma, salted) = (new float[Count], new float[Count]);
        for (var i = 0; i < Count; i++)
        {
            var canvas = Cut(pictures, size, random);
            canvas.Samples.CopyTo(clean, i * area);
            DrawOn(canvas, pictures, size, random);
            canvas.Samples.CopyTo(drawn, i * area);
            sigma[i] = random.NextDouble() < 0.3 ? 0 : (float)(StrongestNoise * Math.Pow(random.NextDouble(), 1.5));
            salted[i] = random.NextDouble() < 0.1 ? 0.1f * random.NextSingle() : 0;
        }

        long[] shape = [Count, channels, size, size];
        var (good, corrupted) = (tensor(clean, shape), tensor(drawn, shape));
        var noise = randn(shape, generator: generator) * tensor(sigma, [Count, 1, 1, 1]);
        var lot = rand([Count, 1, size, size], generator: generator);
        var salt = tensor(salted, [Count, 1, 1, 1]) / 2;
        var seen = (corrupted + noise).masked_fill(lot < salt, 0).masked_fill(lot > 1 - salt, 1).clamp(0, 1);
        return new SampleBatch(seen, (good + noise).clamp(0, 1), good);
    }

    /// <summary>The same grey samples as three equal colours.</summary>
    public SampleBatch InThreeColours()
    {
        return this with { Corrupted = Colours(Corrupted), Repaired = Colours(Repaired), Denoised = Colours(Denoised) };

        static Tensor Colours(Tensor grey) => grey.expand(-1, 3, -1, -1);
    }

    /// <summary>Some crops stay as they are, on some the lecture's boxes are drawn, on the others what the product may suffer from.</summary>
    private static void DrawOn(Canvas canvas, IReadOnlyList<GoodPicture> pictures, int size, Random random)
    {
        switch (random.NextDouble())
        {
            case < NoiseOnly:
                break;
            case < NoiseOnly + Boxed:
                for (var remaining = 1 + random.Next(MostBoxes); remaining > 0; remaining--)
                {
                    _box.Draw(canvas, canvas, random);
                }

                break;
            default:
                Corruptor.OfRepair.Corrupt(canvas, Cut(pictures, size, random), random);
                break;
        }
    }

    /// <summary>Half of the samples are standardised, half at the camera's own resolution.</summary>
    private static Canvas Cut(IReadOnlyList<GoodPicture> pictures, int size, Random random)
    {
        var picture = pictures[random.Next(pictures.Count)];
        return random.Next(2) == 0 ? picture.CutNative(size, random) : picture.CutStandard(size, random);
    }
}
