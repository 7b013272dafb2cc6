using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Retraining;

/// <summary>Trains one product after the other and notes how it went.</summary>
internal sealed partial class Retrainer(
    DataFolders folders, SentinelOptions options, TrainingPlanner planner, TrainerProcess trainer, TrainingLog log,
    Readiness readiness, SentinelMetrics metrics, TimeProvider time, ILogger<Retrainer> logger)
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <param name="product">Name of the product.</param>
    /// <param name="scheduled">The schedule asked for it: it is left out when it would teach nothing new.</param>
    /// <param name="cancel">Ends the training.</param>
    public async Task RunAsync(string product, bool scheduled, CancellationToken cancel)
    {
        log.Note(product, state => state with { Running = true, Progress = 0 });
        try
        {
            await _oneAtATime.WaitAsync(cancel);
            try
            {
                await TrainAsync(product, scheduled, cancel);
            }
            finally
            {
                _oneAtATime.Release();
            }
        }
        finally
        {
            log.Note(product, state => state with { Running = false, Progress = 0 });
        }
    }

    private async Task TrainAsync(string product, bool scheduled, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        string? fingerprint = null;
        TrainingResult result;
        try
        {
            var good = KnownGood.In(Path.Combine(folders.Good, product));
            fingerprint = good.Fingerprint;
            if (scheduled && planner.ReasonToSkip(product, good) is { } reason)
            {
                Log.Skipped(logger, product, reason);
                metrics.TrainingEnded(product, TrainingOutcomes.Skipped, TimeSpan.Zero);
                return;
            }

            var settings = options.SettingsOf(product);
            Log.Started(logger, product, good.Images, settings.Training.Budget);
            result = await trainer.RunAsync(new TrainingOrder(product, folders.Root, settings, options.Limits), ReportTo(product), cancel);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Broke(logger, fault, product);
            result = new TrainingResult(TrainingOutcomes.Failed, Error: fault.Message);
        }

        Note(product, result, fingerprint, time.GetElapsedTime(started));
    }

    private Action<TrainerLine> ReportTo(string product)
    {
        var tenths = 0;
        return line =>
        {
            var fraction = Math.Clamp(line.Fraction ?? 0, 0, 1);
            metrics.TrainingProgressed(product, fraction);
            log.Note(product, state => state with { Progress = fraction });
            if ((int)(fraction * 10) > tenths)
            {
                tenths = (int)(fraction * 10);
                var remaining = TimeSpan.FromSeconds(Math.Round(line.RemainingSeconds ?? 0));
                Log.Progress(logger, product, tenths * 10, line.Phase ?? "", line.Loss ?? double.NaN, remaining);
            }
        };
    }

    private void Note(string product, TrainingResult result, string? fingerprint, TimeSpan took)
    {
        var now = time.GetUtcNow();
        var failed = result.Outcome == TrainingOutcomes.Failed;
        var state = log.Note(product, s => s with
        {
            LastEnded = now,
            LastOutcome = result.Outcome,
            LastError = result.Error,
            Attempted = fingerprint,
            Failures = failed ? s.Failures + 1 : 0,
            NotBefore = failed ? now + TrainingPlanner.BackOff(s.Failures + 1) : null,
        });
        metrics.TrainingEnded(product, result.Outcome, took);

        switch (result.Outcome)
        {
            case TrainingOutcomes.Trained:
                Log.Trained(logger, product, result.Version!, took);
                break;
            case TrainingOutcomes.Cancelled:
                Log.Cancelled(logger, product);
                return;
            case TrainingOutcomes.Refused:
                Log.Refused(logger, product, result.Error!);
                break;
            default:
                Log.Failed(logger, product, state.Failures, state.NotBefore!.Value, result.Error!);
                break;
        }

        // With a model in use, inspection goes on as before.
        var keepsFromInspecting = result.Error is not null && planner.ChampionOf(product) is null;
        readiness.Report($"training {product}", keepsFromInspecting ? result.Error : null);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Training {Product} on {Images} known-good images, for {Budget}.")]
        public static partial void Started(ILogger logger, string product, int images, TimeSpan budget);

        [LoggerMessage(LogLevel.Information, "Training {Product}: {Percent} % ({Phase}, loss {Loss:F4}, {Remaining} left).")]
        public static partial void Progress(ILogger logger, string product, int percent, string phase, double loss, TimeSpan remaining);

        [LoggerMessage(LogLevel.Information, "Trained {Product}: model {Version}, in {Took}.")]
        public static partial void Trained(ILogger logger, string product, string version, TimeSpan took);

        [LoggerMessage(LogLevel.Information, "The scheduled training of {Product} is left out: {Reason}.")]
        public static partial void Skipped(ILogger logger, string product, string reason);

        [LoggerMessage(LogLevel.Warning, "The training of {Product} was refused; it is looked at again when its images change. {Error}")]
        public static partial void Refused(ILogger logger, string product, string error);

        [LoggerMessage(LogLevel.Error, "The training of {Product} failed, {Failures} in a row; tried again at {Retry}. {Error}")]
        public static partial void Failed(ILogger logger, string product, int failures, DateTimeOffset retry, string error);

        [LoggerMessage(LogLevel.Error, "The training of {Product} broke off.")]
        public static partial void Broke(ILogger logger, Exception fault, string product);

        [LoggerMessage(LogLevel.Information, "The training of {Product} was ended because Sentinel stops.")]
        public static partial void Cancelled(ILogger logger, string product);
    }
}
