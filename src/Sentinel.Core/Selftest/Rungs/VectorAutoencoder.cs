using Sentinel.Core.Selftest.Sheet;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Selftest.Rungs;

/// <summary>
/// The smallest autoencoder. The vectors are mixed from two numbers, so that two are enough to carry them; what their noise adds beyond these
/// cannot be carried: no network gets below 0.05 * sqrt(3/5) = 0.039.
/// </summary>
internal sealed class VectorAutoencoder : IRung
{
    private const int Samples = 512;
    private const int Unseen = 200;
    private const int Drawn = 6;
    private const double Noise = 0.05;
    private const int Steps = 3000;
    private const double Limit = 0.05;

    public string Name => "A 5-2-5 autoencoder on vectors";

    public string Shows => $"Vectors of five numbers go through two; measured on {Unseen} that were not seen, where noise alone leaves 0.039.";

    public TimeSpan Usual => TimeSpan.FromSeconds(1);

    public RungOutcome Learn(Attempt attempt)
    {
        using var generator = new Generator((ulong)attempt.Seed);
        using var network = Sequential(("encoder", Linear(5, 2)), ("decoder", Linear(2, 5)));
        var mixing = randn([2, 5], generator: generator);
        var seen = Mixed(Samples);
        Fitting.Fit(network, () => (seen, seen), Steps, 0.02, generator, attempt);

        var unseen = Mixed(Unseen);
        var (expected, predicted) = (unseen.ToArray(), Fitting.Predict(network, unseen, attempt));
        float[] places = [.. Enumerable.Range(0, Drawn * 5).Select(i => (i / 5 * 7) + (i % 5) + 1f)];
        return new RungOutcome(
            [Measure.Rmse(predicted, expected, Limit)],
            [
                new Curves($"{Drawn} vectors, five numbers each", "", [
                    new("expected", Stroke.ExpectedPoint, places, expected[..places.Length]), new("predicted", Stroke.PredictedPoint, places, predicted[..places.Length])]),
                new Agreement([new("numbers", expected, predicted)]),
            ]);

        Tensor Mixed(int count) => (rand([count, 2], generator: generator) * 2 - 1).mm(mixing) + randn([count, 5], generator: generator) * Noise;
    }
}
