using Sentinel.Core.Selftest.Sheet;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Selftest.Rungs;

/// <summary>Matrices, tanh, gradients and the optimizer, at their smallest.</summary>
internal sealed class NoisySine : IRung
{
    private const int Samples = 256;
    private const double Noise = 0.15;
    private const int Steps = 1500;
    private const double Limit = 0.06;

    public string Name => "A noisy sine";

    public string Shows => $"A network with two layers of 32 units finds the sine behind {Samples} samples with noise of {Noise}.";

    public TimeSpan Usual => TimeSpan.FromSeconds(1);

    public RungOutcome Learn(Attempt attempt)
    {
        using var generator = new Generator((ulong)attempt.Seed);
        using var network = Sequential(
            ("first", Linear(1, 32)), ("bend", Tanh()), ("second", Linear(32, 32)), ("bend again", Tanh()), ("out", Linear(32, 1)));
        var seen = (rand([Samples, 1], generator: generator) * 2 - 1) * Math.PI;
        var noisy = seen.sin() + randn([Samples, 1], generator: generator) * Noise;
        Fitting.Fit(network, () => (seen, noisy), Steps, 0.01, generator, attempt);

        var angles = linspace(-Math.PI, Math.PI, 200).unsqueeze(1);
        var (expected, predicted) = (angles.sin().ToArray(), Fitting.Predict(network, angles, attempt));
        var x = angles.ToArray();
        return new RungOutcome(
            [Measure.Rmse(predicted, expected, Limit)],
            [
                new Curves("Sine", "x", [
                    new("samples", Stroke.Sample, seen.ToArray(), noisy.ToArray()), new("expected", Stroke.Expected, x, expected), new("predicted", Stroke.Predicted, x, predicted)]),
                new Agreement([new("sine", expected, predicted)]),
            ]);
    }
}
