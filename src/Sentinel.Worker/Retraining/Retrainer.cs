using Sentinel.Core.Models;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Retraining;

/// <summary>Trains one product after the other and notes how it went, also over restarts.</summary>
internal sealed partial class Retrainer(
    DataFolders folders, SentinelOptions options, TrainingPlanner planner, ITrainer trainer, ModelRegistry registry, ModelDesk desk, TrainingLog log,
    Readiness readiness, SentinelMetrics metrics, TimeProvider time, ILogger<Retrainer> logger)
{
    private readonly SemaphoreSlim _turns = new(options.TrainingsAtOnce, options.TrainingsAtOnce);

    /// <param name="product">Name of the product.</param>
    /// <param name="scheduled">The schedule asked for it: it is left out when it would teach nothing new.</param>
    /// <param name="cancel">Ends the training.</param>
    public async Task RunAsync(string product, bool scheduled, CancellationToken cancel)
    {
        log.Note(product, state => state with { Running = true, Progress = 0 });
        try
        {
            await _turns.WaitAsync(cancel);
            try
            {
                await TrainAsync(product, scheduled, cancel);
            }
            finally
            {
                _turns.Release();
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
        var good = new KnownGood(0, "");
        TrainingResult result;
        try
        {
            good = KnownGood.In(Path.Combine(folders.Good, product));
            if (scheduled && planner.ReasonToSkip(product, good) is { } reason)
            {
                Log.Skipped(logger, product, reason);
                metrics.TrainingEnded(product, TrainingOutcomes.Skipped, TimeSpan.Zero);
                Remember(product, (planner.LastOf(product) ?? new LastTraining { EndedAt = default, Outcome = TrainingOutcomes.Skipped }) with { EndedAt = time.GetUtcNow(), SkippedAt = time.GetUtcNow() });
                return;
            }

            if (planner.ChampionOf(product) is { } champion && registry.ProblemOf(product, champion) is { } problem)
            {
                desk.NoteUnusable(product, champion, problem);
                metrics.ModelUnusable(product);
                Log.Damaged(logger, product, champion, problem);
            }

            var settings = options.SettingsOf(product);
            using var slot = await TrainingSlot.TakeAsync(folders, options.TrainingsAtOnce, () => Log.WaitsForSlot(logger, product), time, cancel);
            Log.Started(logger, product, good.Images, settings.Training.Budget);
            result = await trainer.RunAsync(new TrainingOrder(product, folders.Root, settings, options.Limits), ReportTo(product), cancel);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Broke(logger, fault, product);
            result = new TrainingResult(TrainingOutcomes.Failed, Error: fault.Message);
        }

        Note(product, result, good, time.GetElapsedTime(started));
    }

    private Action<TrainerLine> ReportTo(string product)
    {
        var tenths = 0;
        return line =>
        {
            var fraction = Math.Clamp(line.Fraction ?? 0, 0, 1);
            metrics.TrainingProgressed(product, fraction, line.Step ?? 0, line.Loss ?? 0, line.ImagesPerSecond ?? 0, line.RemainingSeconds ?? 0);
            log.Note(product, state => state with { Progress = fraction });
            if ((int)(fraction * 10) > tenths)
            {
                tenths = (int)(fraction * 10);
                var remaining = TimeSpan.FromSeconds(Math.Round(line.RemainingSeconds ?? 0));
                Log.Progress(logger, product, tenths * 10, line.Phase ?? "", line.Step ?? 0, line.Loss ?? double.NaN, line.ImagesPerSecond ?? 0, remaining);
            }
        };
    }

    private void Note(string product, TrainingResult result, KnownGood good, TimeSpan took)
    {
        var now = time.GetUtcNow();
        var failed = result.Outcome is TrainingOutcomes.Failed or TrainingOutcomes.MachineFault;

        // The metrics first: whoever sees that a training ended finds it counted.
        metrics.TrainingEnded(product, result.Outcome, took);
        var state = log.Note(product, s => s with
        {
            LastEnded = now,
            LastOutcome = result.Outcome,
            LastError = result.Error,
            Attempted = good.Fingerprint,
            Failures = failed ? s.Failures + 1 : 0,
            NotBefore = result.Outcome switch
            {
                TrainingOutcomes.MachineFault => now + TrainingPlanner.AfterMachineFault,
                TrainingOutcomes.Failed => now + TrainingPlanner.BackOff(s.Failures + 1),
                _ => null,
            },
        });
        if (result.Outcome != TrainingOutcomes.Cancelled)
        {
            Remember(product, new LastTraining
            {
                EndedAt = now,
                Outcome = result.Outcome,
                Error = result.Error,
                Version = result.Version,
                Images = good.Images,
                Fingerprint = good.Fingerprint,
            });
        }

        switch (result.Outcome)
        {
            case TrainingOutcomes.Trained:
                Log.Trained(logger, product, result.Version!, took);
                Used(product, result.Version!);
                Decided(product, result);
                break;
            case TrainingOutcomes.Cancelled:
                Log.Cancelled(logger, product);
                return;
            case TrainingOutcomes.Refused:
                Log.Refused(logger, product, result.Error!);
                desk.NoteFailure(product, result.Error!);
                break;
            case TrainingOutcomes.MachineFault:
                Log.MachineFault(logger, product, state.NotBefore!.Value, result.Error!);
                desk.NoteFailure(product, result.Error!);
                break;
            default:
                Log.Failed(logger, product, state.Failures, state.NotBefore!.Value, result.Error!);
                desk.NoteFailure(product, result.Error!);
                break;
        }

        // With a model in use, inspection goes on as before.
        var keepsFromInspecting = result.Error is not null && planner.ChampionOf(product) is null;
        readiness.Report($"training {product}", keepsFromInspecting ? result.Error : null);
    }

    private void Used(string product, string version)
    {
        try
        {
            var training = registry.Read(product, version).Training;
            metrics.TrainingUsed(product, training.Images.Count, training.LeftOut.Count);
            if (training.LeftOut.FirstOrDefault() is { Key: { } first, Value: { } reason })
            {
                Log.LeftOut(logger, training.LeftOut.Count, product, version, first, reason);
            }
        }
        catch (ModelUnusableException)
        {
            // What cannot be read is reported where models are loaded.
        }
    }

    private void Decided(string product, TrainingResult result)
    {
        if (result.Decision is { } decision)
        {
            metrics.PromotionDecided(product, decision);
            if (decision != PromotionOutcomes.Promoted)
            {
                Log.NotPublished(logger, product, result.Version!, decision, result.Why ?? "");
            }
            else if (result.Why is { Length: > 0 } remarks)
            {
                Log.Remarks(logger, product, result.Version!, remarks);
            }
        }

        Prune(product);
    }

    private void Prune(string product)
    {
        try
        {
            if (desk.Prune(product) is { Count: > 0 } gone)
            {
                Log.Pruned(logger, product, string.Join(", ", gone));
            }
        }
        catch (Exception fault) when (fault is ModelUnusableException or IOException or UnauthorizedAccessException)
        {
            Log.NotPruned(logger, product, fault.Message);
        }
    }

    /// <summary>A note that cannot be written costs one training too many after a restart, and no more.</summary>
    private void Remember(string product, LastTraining last)
    {
        try
        {
            last.Write(registry, product);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.NotRemembered(logger, product, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Training {Product} on {Images} known-good images, for {Budget}.")]
        public static partial void Started(ILogger logger, string product, int images, TimeSpan budget);

        [LoggerMessage(LogLevel.Information, "Training {Product}: {Percent} % ({Phase}, step {Step}, loss {Loss:F4}, {Speed:F0} images/s, {Remaining} left).")]
        public static partial void Progress(ILogger logger, string product, int percent, string phase, long step, double loss, double speed, TimeSpan remaining);

        [LoggerMessage(LogLevel.Information, "Trained {Product}: model {Version}, in {Took}.")]
        public static partial void Trained(ILogger logger, string product, string version, TimeSpan took);

        [LoggerMessage(LogLevel.Warning, "Model {Version} of {Product} is not in use, it was {Decision}: {Why}")]
        public static partial void NotPublished(ILogger logger, string product, string version, string decision, string why);

        [LoggerMessage(LogLevel.Warning, "Model {Version} of {Product} is in use; what the gate has to say: {Remarks}")]
        public static partial void Remarks(ILogger logger, string product, string version, string remarks);

        [LoggerMessage(LogLevel.Warning, "{LeftOut} known-good images of {Product} did not teach model {Version}; its report.html shows them all. {First}: {Reason}.")]
        public static partial void LeftOut(ILogger logger, int leftOut, string product, string version, string first, string reason);

        [LoggerMessage(LogLevel.Information, "The training of {Product} waits for another one on this data folder, started by hand.")]
        public static partial void WaitsForSlot(ILogger logger, string product);

        [LoggerMessage(LogLevel.Warning, "Models of {Product} that nobody needs any more could not be removed: {Fault}")]
        public static partial void NotPruned(ILogger logger, string product, string fault);

        [LoggerMessage(LogLevel.Information, "Models of {Product} that nobody needs any more were removed: {Versions}.")]
        public static partial void Pruned(ILogger logger, string product, string versions);

        [LoggerMessage(LogLevel.Error, "The stored model {Version} of {Product} cannot be used any more; a new one is trained. {Problem}")]
        public static partial void Damaged(ILogger logger, string product, string version, string problem);

        [LoggerMessage(LogLevel.Warning, "How the training of {Product} went could not be written down: {Fault}")]
        public static partial void NotRemembered(ILogger logger, string product, string fault);

        [LoggerMessage(LogLevel.Information, "The scheduled training of {Product} is left out: {Reason}.")]
        public static partial void Skipped(ILogger logger, string product, string reason);

        [LoggerMessage(LogLevel.Warning, "The training of {Product} was refused; it is looked at again when its images change. {Error}")]
        public static partial void Refused(ILogger logger, string product, string error);

        [LoggerMessage(LogLevel.Error, "The training of {Product} failed, {Failures} in a row; tried again at {Retry}. {Error}")]
        public static partial void Failed(ILogger logger, string product, int failures, DateTimeOffset retry, string error);

        [LoggerMessage(LogLevel.Error, "The training of {Product} met a fault of this machine; tried again at {Retry}, or at once by 'sentinel products train'. {Error}")]
        public static partial void MachineFault(ILogger logger, string product, DateTimeOffset retry, string error);

        [LoggerMessage(LogLevel.Error, "The training of {Product} broke off.")]
        public static partial void Broke(ILogger logger, Exception fault, string product);

        [LoggerMessage(LogLevel.Information, "The training of {Product} was ended because Sentinel stops.")]
        public static partial void Cancelled(ILogger logger, string product);
    }
}
