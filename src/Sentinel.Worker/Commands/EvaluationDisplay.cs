using System.Diagnostics;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Training;

namespace Sentinel.Worker.Commands;

/// <summary>How an evaluation's progress is shown: as that of a training, phase by phase; not at all when the report is for machines.</summary>
internal static class EvaluationDisplay
{
    public static ProgressDisplay Choose(bool json) => json ? new Nothing() : ProgressDisplay.Choose(json: false);

    /// <summary>Shows a training and notes how many samples per second it sees.</summary>
    public static IProgress<TrainingProgress> NotingSpeed(IProgress<TrainingProgress> display, Action<double> note) => new Each<TrainingProgress>(progress =>
    {
        if (progress.ImagesPerSecond > 0)
        {
            note(progress.ImagesPerSecond);
        }

        display.Report(progress);
    });

    /// <summary>Shows an evaluation's phases one after the other.</summary>
    public static IProgress<EvaluationProgress> Phases(IProgress<TrainingProgress> display)
    {
        var (phase, watch) = ("", Stopwatch.StartNew());
        return new Each<EvaluationProgress>(progress =>
        {
            if (progress.Phase != phase)
            {
                phase = progress.Phase;
                watch.Restart();
            }

            var remaining = watch.Elapsed * (progress.Total - progress.Done) / progress.Done;
            display.Report(new(phase, (double)progress.Done / progress.Total, 0, double.NaN, 0, remaining));
        });
    }

    private sealed class Nothing : ProgressDisplay
    {
        public override Task<T> ShowAsync<T>(string title, Func<IProgress<TrainingProgress>, Task<T>> work) => work(new Each<TrainingProgress>(_ => { }));
    }

    private sealed class Each<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
