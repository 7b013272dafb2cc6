using Sentinel.Core.Selftest.Sheet;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Selftest.Rungs;

/// <summary>Two outputs that share what was learnt below them.</summary>
internal sealed class SineAndCosine : IRung
{
    private const int Samples = 256;
    private const int Steps = 1500;
    private const double Limit = 0.02;

    public string Name => "Sine and cosine at once";

    public string Shows => "One network with two outputs learns both from the same angle, without noise.";

    public TimeSpan Usual => TimeSpan.FromSeconds(1);

    public RungOutcome Learn(Attempt attempt)
    {
        using var generator = new Generator((ulong)attempt.Seed);
        using var network = Sequential(
            ("first", Linear(1, 32)), ("bend", Tanh()), ("second", Linear(32, 32)), ("bend again", Tanh()), ("out", Linear(32, 2)));
        var seen = (rand([Samples, 1], generator: generator) * 2 - 1) * Math.PI;
        var wanted = cat([seen.sin(), seen.cos()], 1);
        Fitting.Fit(network, () => (seen, wanted), Steps, 0.01, generator, attempt);

        // Outputs lie as sine, cosine, sine, cosine; transposed, all sines lie before all cosines.
        var angles = linspace(-Math.PI, Math.PI, 200).unsqueeze(1);
        var expected = cat([angles.sin(), angles.cos()], 1).t().ToArray();
        var predicted = tensor(Fitting.Predict(network, angles, attempt), [200, 2]).t().ToArray();
        var x = angles.ToArray();
        return new RungOutcome(
            [Measure.Rmse(predicted, expected, Limit)],
            [
                new Curves("Both outputs", "x", [
                    new("sine", Stroke.Expected, x, expected[..200]), new("predicted", Stroke.Predicted, x, predicted[..200]),
                    new("cosine", Stroke.Expected, x, expected[200..]), new("predicted", Stroke.Predicted, x, predicted[200..])]),
                new Agreement([new("sine", expected[..200], predicted[..200]), new("cosine", expected[200..], predicted[200..])]),
            ]);
    }
}
