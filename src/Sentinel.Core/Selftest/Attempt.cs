using System.Diagnostics;
using System.Globalization;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Selftest;

/// <summary>One try at a rung. It watches the machine meanwhile: every number is finite, time is not lost, and what is computed twice is the same twice.</summary>
/// <param name="seed">Seed of every random choice.</param>
/// <param name="patience">Far more than a sound machine takes.</param>
/// <param name="progress">Told the share that is done, 0..1.</param>
/// <param name="cancel">Ends the attempt with <see cref="OperationCanceledException"/>.</param>
public sealed class Attempt(int seed, TimeSpan patience, Action<double>? progress = null, CancellationToken cancel = default)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TimeSpan _processorTime = Environment.CpuUsage.TotalTime;

    public int Seed => seed;

    /// <summary>A rung that would take more steps takes only these, learns too little and fails: for tests.</summary>
    public int MostSteps { get; init; } = int.MaxValue;

    public CancellationToken Cancel => cancel;

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>To be called after every step of a training.</summary>
    /// <exception cref="MachineFaultException">The loss is no number, or the time is up.</exception>
    public void Step(long done, long of, double loss)
    {
        cancel.ThrowIfCancellationRequested();
        if (!double.IsFinite(loss))
        {
            throw new MachineFaultException(MachineFault.NotFinite, $"The loss is no number any more after step {done} of {of}.");
        }

        if (Elapsed > patience)
        {
            throw new MachineFaultException(MachineFault.TooSlow, string.Create(
                CultureInfo.InvariantCulture,
                $"Only {done} of {of} steps were done in {Elapsed.TotalSeconds:0} s, with {CoresUsed:0.0} of {Environment.ProcessorCount} cores at work."));
        }

        progress?.Invoke((double)done / of);
    }

    /// <summary>Computes twice and compares every bit.</summary>
    /// <exception cref="MachineFaultException">There is something else than numbers in it, or the second time it came out differently.</exception>
    public float[] Twice(Func<float[]> compute)
    {
        var (first, second) = (compute(), compute());
        if (!first.All(float.IsFinite))
        {
            throw new MachineFaultException(MachineFault.NotFinite, $"{first.Count(value => !float.IsFinite(value))} of {first.Length} results are no numbers.");
        }

        var different = first.Zip(second).Count(pair => BitConverter.SingleToInt32Bits(pair.First) != BitConverter.SingleToInt32Bits(pair.Second));
        return different == 0
            ? first
            : throw new MachineFaultException(MachineFault.NotRepeatable, $"The same computation, done twice, gave {different} of {first.Length} numbers differently.");
    }

    private double CoresUsed => (Environment.CpuUsage.TotalTime - _processorTime) / Elapsed;
}
