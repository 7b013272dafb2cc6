using System.Numerics;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;
using Sentinel.Core.Selftest.Sheet;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Convolution = Sentinel.Core.Torch.Convolution;

namespace Sentinel.Core.Selftest.Rungs;

/// <summary>Images of many sizes, standardised as those of a product are, through a convolutional bottleneck.</summary>
internal sealed class BottleneckImages : IRung
{
    private const int Side = 128;
    private const int Images = 160;
    private const int Unseen = 10;
    private const int BatchSize = 16;
    private const int Numbers = 16;
    private const int Steps = 1000;
    private const double Limit = 21;

    private static readonly Standardisation _rules = new() { Width = Side, Height = Side, Channels = 1 };

    public string Name => "Images through a small bottleneck";

    public string Shows => $"{Images} images of many sizes, standardised to {Side} x {Side}, through {Numbers} numbers; measured on {Unseen} that were not seen.";

    public TimeSpan Usual => TimeSpan.FromSeconds(27);

    public RungOutcome Learn(Attempt attempt)
    {
        var random = new Random(attempt.Seed);
        using var generator = new Generator((ulong)attempt.Seed);
        using var network = Network();
        StandardImage[] images = [.. Enumerable.Range(0, Images + Unseen).Select(_ => _rules.Standardise(Another(random)))];
        var all = tensor(images.SelectMany(image => image.Samples).ToArray(), [images.Length, 1, Side, Side]);
        Fitting.Fit(network, Draw, Steps, 3e-3, generator, attempt);

        var unseen = all[TensorIndex.Slice(Images)];
        var (expected, predicted) = (unseen.ToArray(), Fitting.Predict(network, unseen, attempt));
        return new RungOutcome(
            [new Measure("PSNR", PeakSignalToNoise.Between(predicted, expected), "dB", Limit, HigherIsBetter: true)],
            [
                new Pictures([
                    new("expected", images[Images..]),
                    new("predicted", [.. predicted.Chunk(Side * Side).Select(samples => new StandardImage(Side, Side, 1, samples))])]),
                new Agreement([new("samples", expected, predicted)]),
            ]);

        (Tensor, Tensor) Draw()
        {
            var batch = all.index_select(0, tensor(Enumerable.Range(0, BatchSize).Select(_ => random.NextInt64(Images)).ToArray()));
            return (batch, batch);
        }
    }

    private static Frame Another(Random random) => new DrawnGear
    {
        Centre = new Vector2(0.44f + 0.12f * random.NextSingle(), 0.44f + 0.12f * random.NextSingle()),
        Radius = 0.28f + 0.1f * random.NextSingle(),
        Steel = random.NextSingle(),
        Light = 0.8f + 0.3f * random.NextSingle(),
    }.Draw(100 + random.Next(120));

    private static Module<Tensor, Tensor> Network() => Sequential(
        ("half", Halve(1, 16)), ("bend half", LeakyReLU(0.1)),
        ("quarter", Halve(16, 16)), ("bend quarter", LeakyReLU(0.1)),
        ("eighth", Halve(16, 32)), ("bend eighth", LeakyReLU(0.1)),
        ("sixteenth", Halve(32, 64)), ("bend sixteenth", LeakyReLU(0.1)),
        ("flatten", Flatten()), ("narrow", Linear(64 * 8 * 8, Numbers)),
        ("widen", Linear(Numbers, 64 * 8 * 8)), ("bend widened", LeakyReLU(0.1)), ("unflatten", Unflatten(1, [64, 8, 8])),
        ("to eighth", Double(64, 32)), ("bend to eighth", LeakyReLU(0.1)),
        ("to quarter", Double(32, 16)), ("bend to quarter", LeakyReLU(0.1)),
        ("to half", Double(16, 16)), ("bend to half", LeakyReLU(0.1)),
        ("to whole", Double(16, 1)));

    private static Convolution Halve(int from, int to) => new(new(from, to, Kernel: 4, Stride: 2));

    /// <summary>Each pixel of the input becomes 2 x 2 of the output, by filters of their own.</summary>
    private static Module<Tensor, Tensor> Double(int from, int to) => Sequential(
        ("filters", new Convolution(new(from, 4 * to, Kernel: 3))), ("spread", PixelShuffle(2)));
}
