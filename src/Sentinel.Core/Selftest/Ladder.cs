using System.Diagnostics;
using Sentinel.Core.Selftest.Rungs;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using static TorchSharp.torch;

namespace Sentinel.Core.Selftest;

/// <summary>
/// The lecture's ladder, from a sine to the denoising autoencoder: each rung needs a little more of the machine than the one before, so that the
/// first that fails tells where to look. All are tried, whatever becomes of the others.
/// </summary>
public sealed class Ladder(IReadOnlyList<IRung> rungs, TorchThread torch)
{
    // One old core takes five times as long as two new ones.
    private const double Patience = 10;

    // What a machine may be busy with while the shortest rungs last.
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(30);

    /// <summary>The machine's own arithmetic first, then the lecture's experiments.</summary>
    public static IReadOnlyList<IRung> Whole =>
    [
        new Convolutions(ScalarType.Float32),
        .. Processor.HasBfloat16 ? [new Convolutions(ScalarType.BFloat16)] : Array.Empty<IRung>(),
        .. Lecture,
    ];

    public static IReadOnlyList<IRung> Lecture { get; } =
        [new NoisySine(), new SineAndCosine(), new VectorAutoencoder(), new OneNumberImage(), new BottleneckImages(), new DenoisingTrials()];

    /// <inheritdoc cref="Attempt.MostSteps"/>
    public int MostSteps { get; init; } = int.MaxValue;

    /// <summary>Climbs every rung once.</summary>
    /// <exception cref="OperationCanceledException">It was to end.</exception>
    public async Task<LadderReport> ClimbAsync(int seed, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var (done, all) = (TimeSpan.Zero, rungs.Aggregate(TimeSpan.Zero, (sum, rung) => sum + rung.Usual));
        List<RungReport> reports = [];
        foreach (var rung in rungs)
        {
            void Tell(double share)
            {
                var fraction = (done + share * rung.Usual) / all;
                progress?.Report(new(rung.Name, fraction, 0, double.NaN, 0, fraction > 0 ? clock.Elapsed * ((1 - fraction) / fraction) : all));
            }

            Tell(0);
            reports.Add(await TryAsync(rung, new Attempt(seed, _pause + Patience * rung.Usual, Tell, cancel) { MostSteps = MostSteps }, cancel));
            done += rung.Usual;
        }

        return new LadderReport(seed, clock.Elapsed, MachineFacts.Read(), reports);
    }

    private async Task<RungReport> TryAsync(IRung rung, Attempt attempt, CancellationToken cancel)
    {
        try
        {
            var outcome = await torch.RunAsync(() => rung.Learn(attempt));
            var explanation = outcome.Measures.All(measure => measure.IsReached) ? null : Diagnosis.OfMissed(outcome.Measures);
            return new RungReport(rung.Name, rung.Shows, attempt.Elapsed, outcome.Measures, outcome.Exhibits, explanation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return new RungReport(rung.Name, rung.Shows, attempt.Elapsed, [], [], Diagnosis.Of(fault));
        }
    }
}
