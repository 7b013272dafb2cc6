using Sentinel.Core.Detection;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;
using Sentinel.Core.Selftest.Sheet;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Selftest.Rungs;

/// <summary>Sentinel's own autoencoder, half as wide: ten trials with random boxes on images that were not seen, with and without sensor noise.</summary>
internal sealed class DenoisingTrials : IRung
{
    private const int Images = 64;
    private const int Trials = 10;
    private const int BatchSize = 8;
    private const int Steps = 600;
    private const double PeakRate = 3e-3;
    private const double Noise = SensorNoise.UsualSigma;
    private const double LimitClean = 28;
    private const double LimitNoisy = 23;

    public string Name => "The denoising autoencoder";

    public string Shows => $"Sentinel's own network repairs images with random boxes; measured in {Trials} trials, with and without noise of 25 grey levels.";

    public TimeSpan Usual => TimeSpan.FromSeconds(20);

    public RungOutcome Learn(Attempt attempt)
    {
        var random = new Random(attempt.Seed);
        using var generator = new Generator((ulong)attempt.Seed);
        manual_seed(attempt.Seed);
        using var network = new DenoisingAutoencoder(channels: 1, width: 16);
        Train(network, random, generator, attempt);

        var originals = BoxedImages.Draw(Trials, random);
        var boxed = BoxedImages.ToTensor([.. originals.Select(image => BoxedImages.WithBoxes(image, random))]);
        var noisy = boxed + (randn(boxed.shape, generator: generator) * Noise);
        var (repaired, denoised) = (Repair(network, boxed, attempt), Repair(network, noisy, attempt));
        var expected = BoxedImages.ToTensor(originals).ToArray();
        return new RungOutcome(
            [
                new Measure("PSNR", PeakSignalToNoise.Between(repaired, expected), "dB", LimitClean, HigherIsBetter: true),
                new Measure("PSNR with noise", PeakSignalToNoise.Between(denoised, expected), "dB", LimitNoisy, HigherIsBetter: true),
            ],
            Show(expected, boxed.ToArray(), repaired, noisy.ToArray(), denoised));
    }

    private static void Train(DenoisingAutoencoder network, Random random, Generator generator, Attempt attempt)
    {
        var steps = Math.Min(Steps, attempt.MostSteps);
        var good = BoxedImages.Draw(Images, random);
        using var optimizer = optim.Adam(network.parameters());
        for (var step = 1; step <= steps; step++)
        {
            using var scope = NewDisposeScope();
            StandardImage[] images = [.. Enumerable.Range(0, BatchSize).Select(_ => good[random.Next(Images)])];
            var (wanted, seen) = (BoxedImages.ToTensor(images), BoxedImages.ToTensor([.. images.Select(image => BoxedImages.WithBoxes(image, random))]));

            // A third of the images keep none, as in the trials without.
            var sigma = Enumerable.Range(0, BatchSize).Select(_ => (float)(1.2 * Noise * Math.Max(0, (1.5 * random.NextDouble()) - 0.5))).ToArray();
            var (_, denoised) = network.call(seen + (randn(seen.shape, generator: generator) * tensor(sigma, [BatchSize, 1, 1, 1])));
            var loss = functional.mse_loss(denoised, wanted);
            loss.backward();
            optimizer.Step(PeakRate * Math.Min(1, step / 20.0) * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * step / steps))));
            attempt.Step(step, steps, loss.item<float>());
        }
    }

    private static float[] Repair(DenoisingAutoencoder network, Tensor images, Attempt attempt) => attempt.Twice(() =>
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        return network.call(images).Denoised.clamp(0, 1).ToArray();
    });

    private static Exhibit[] Show(float[] expected, float[] boxed, float[] repaired, float[] noisy, float[] denoised)
    {
        return
        [
            new Pictures([Row("original", expected), Row("with boxes", boxed), Row("repaired", repaired), Row("boxes and noise", noisy), Row("repaired", denoised)]),
            new Curves("PSNR of each trial in dB", "trial", [
                Trial("with boxes", Stroke.ExpectedPoint, boxed), Trial("repaired", Stroke.PredictedPoint, repaired),
                Trial("boxes and noise", Stroke.ExpectedPoint, noisy), Trial("repaired", Stroke.PredictedPoint, denoised)]),
            new Agreement([new("without noise", expected, repaired), new("with noise", expected, denoised)]),
        ];

        static PictureRow Row(string name, float[] samples) => new(name, BoxedImages.FromSamples(samples));

        Series Trial(string name, Stroke stroke, float[] samples) => new(
            name, stroke, [.. Enumerable.Range(1, Trials).Select(trial => (float)trial)],
            [.. samples.Chunk(expected.Length / Trials).Zip(expected.Chunk(expected.Length / Trials), (image, original) => (float)PeakSignalToNoise.Between(image, original))]);
    }
}
