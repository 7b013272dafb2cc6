using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;
using Sentinel.Core.Selftest.Sheet;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Selftest.Rungs;

/// <summary>
/// One image through a bottleneck of one number. The decoder ends without a bias: whatever comes out came through that number.
/// </summary>
internal sealed class OneNumberImage : IRung
{
    private const int Side = 64;
    private const int Steps = 400;
    private const double Limit = 35;

    private static readonly Standardisation _rules = new() { Width = Side, Height = Side, Channels = 3 };

    public string Name => "One image through a single number";

    public string Shows => $"{3 * Side * Side} samples become one number, and the number becomes the image again.";

    public TimeSpan Usual => TimeSpan.FromSeconds(1);

    public RungOutcome Learn(Attempt attempt)
    {
        using var generator = new Generator((ulong)attempt.Seed);
        using var network = Sequential(
            ("encoder", Linear(3 * Side * Side, 1)), ("widen", Linear(1, 32)), ("bend", Tanh()), ("decoder", Linear(32, 3 * Side * Side, hasBias: false)));
        var image = _rules.Standardise(new DrawnGear { Turn = attempt.Seed % 100 }.Draw(2 * Side));
        var vector = tensor(image.Samples, [1, image.Samples.Length]);
        Fitting.Fit(network, () => (vector, vector), Steps, 0.01, generator, attempt);

        var predicted = Fitting.Predict(network, vector, attempt);
        return new RungOutcome(
            [new Measure("PSNR", PeakSignalToNoise.Between(predicted, image.Samples), "dB", Limit, HigherIsBetter: true)],
            [
                new Pictures([new("expected", [image]), new("predicted", [image with { Samples = predicted }])]),
                new Agreement([new("samples", image.Samples, predicted)]),
            ]);
    }
}
