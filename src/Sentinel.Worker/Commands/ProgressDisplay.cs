using Sentinel.Core.Training;
using Sentinel.Worker.Retraining;
using Spectre.Console;

namespace Sentinel.Worker.Commands;

/// <summary>Shows a training's progress: a bar on a terminal, JSON lines for machines, else a plain line now and then.</summary>
internal abstract class ProgressDisplay
{
    public static ProgressDisplay Choose(bool json) => json ? new JsonLines() : Console.IsOutputRedirected ? new PlainLines() : new Bar();

    public abstract Task<T> ShowAsync<T>(string title, Func<IProgress<TrainingProgress>, Task<T>> work);

    private static string Sentence(TrainingProgress p) =>
        $"{p.Fraction * 100,3:0} %  {p.Phase}{Speed(p)}, {p.Remaining:hh\\:mm\\:ss} left";

    private static string Speed(TrainingProgress p) =>
        double.IsFinite(p.Loss) ? $", step {p.Step}, loss {p.Loss:0.0000}, {p.ImagesPerSecond:0} images/s" : "";

    /// <summary>Each report is shown before the next comes; <see cref="Progress{T}"/> would hand them to the thread pool, in no order.</summary>
    private sealed class Each(Action<TrainingProgress> show) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => show(value);
    }

    private sealed class JsonLines : ProgressDisplay
    {
        public override Task<T> ShowAsync<T>(string title, Func<IProgress<TrainingProgress>, Task<T>> work) =>
            work(new Each(progress => Console.WriteLine(TrainerLine.Of(progress))));
    }

    private sealed class PlainLines : ProgressDisplay
    {
        private int _tenths = -1;

        public override Task<T> ShowAsync<T>(string title, Func<IProgress<TrainingProgress>, Task<T>> work) => work(new Each(progress =>
        {
            if ((int)(progress.Fraction * 10) > _tenths)
            {
                _tenths = (int)(progress.Fraction * 10);
                Console.WriteLine($"{title}: {Sentence(progress)}");
            }
        }));
    }

    private sealed class Bar : ProgressDisplay
    {
        public override Task<T> ShowAsync<T>(string title, Func<IProgress<TrainingProgress>, Task<T>> work) =>
            AnsiConsole.Progress()
                .Columns(new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
                .StartAsync(context =>
                {
                    var bar = context.AddTask(Markup.Escape(title), maxValue: 1);
                    return work(new Each(progress =>
                    {
                        bar.Value = progress.Fraction;
                        bar.Description = Markup.Escape($"{title} {Sentence(progress)}");
                    }));
                });
    }
}
