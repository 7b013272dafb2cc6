using System.Diagnostics;

namespace Sentinel.Core.Training;

/// <summary>Keeps a training within its budget and tells how far it is.</summary>
internal sealed class TrainingClock(TimeSpan budget, IProgress<TrainingProgress>? progress)
{
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(500);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _lastReport;
    private string? _lastPhase;

    public TimeSpan Remaining => budget > _clock.Elapsed ? budget - _clock.Elapsed : TimeSpan.Zero;

    /// <summary>Passes progress on, twice a second at most and at every new phase.</summary>
    public void Report(string phase, long step = 0, double loss = double.NaN, double imagesPerSecond = 0)
    {
        var now = _clock.Elapsed;
        if (progress is null || (phase == _lastPhase && now - _lastReport < _between))
        {
            return;
        }

        (_lastPhase, _lastReport) = (phase, now);
        progress.Report(new TrainingProgress(phase, Math.Min(1, now / budget), step, loss, imagesPerSecond, Remaining));
    }

    /// <summary>Still at it: the last phase once more. For work that knows nothing of phases, so that it is not taken for a hang.</summary>
    public void Again() => Report(_lastPhase ?? "reading");
}
