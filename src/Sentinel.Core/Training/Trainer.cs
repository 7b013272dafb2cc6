using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training.Checks;
using Sentinel.Core.Training.Gate;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>
/// Learns one product from its known-good images, holds what it learnt against the champion, and stores it; it is put into use only when it passed.
/// What is half done leaves no trace.
/// </summary>
public sealed class Trainer(ModelRegistry registry, TorchThread torch, TimeProvider? time = null)
{
    private const double GateShare = 0.06;
    private const double HeadShare = 0.5; // Of the budget, and of what learning has at most two thirds.

    private static readonly TimeSpan _oneStep = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <returns>The stored version's manifest; its gate table says what was decided.</returns>
    /// <exception cref="TrainingRefusedException">Too few usable images.</exception>
    /// <exception cref="ModelUnusableException">It cannot be told which model is in use.</exception>
    /// <exception cref="MachineFaultException">This machine computes wrongly; nothing was stored.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was stored.</exception>
    public async Task<ModelManifest> TrainAsync(TrainingPlan plan, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        // What cannot be compared in the end is not begun.
        _ = registry.ChampionOf(plan.Product);
        var clock = new TrainingClock(plan.Budget, progress);
        plan = plan with { OnWork = clock.Again };
        var staging = registry.Stage(plan.Product);
        try
        {
            var candidate = await torch.RunAsync(() => Learn(plan, staging, clock, cancel));
            var (table, hold) = await CompareAsync(plan, candidate, staging, clock, cancel);
            clock.Report("saving");
            cancel.ThrowIfCancellationRequested();
            var stored = registry.Store(plan.Product, staging, version => Seal(
                staging, candidate with { Version = version, Gate = table, BudgetsOver = plan.BudgetsOver }, hold, plan));
            if (hold is not null)
            {
                registry.Hold(plan.Product, stored.Version, hold.Waits, hold.Why, hold.Images);
            }
            else if (table.Decision is not GateDecision.Rejected)
            {
                registry.Promote(plan.Product, stored.Version, PromotedBy.Gate);
            }

            return stored;
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static ModelManifest Seal(string staging, ModelManifest manifest, Hold? hold, TrainingPlan plan)
    {
        File.WriteAllText(Path.Combine(staging, TrainingReport.FileName), TrainingReport.Html(manifest, hold, plan.GoodFolder, plan.Limits));
        File.Delete(Path.Combine(staging, VersionFolder.Manifest));
        return VersionFolder.Seal(staging, manifest);
    }

    private async Task<(GateTable Table, Hold? Hold)> CompareAsync(
        TrainingPlan plan, ModelManifest candidate, string staging, TrainingClock clock, CancellationToken cancel)
    {
        clock.Report(TrainingProgress.Comparing);
        using var challenger = await LoadChallengerAsync(staging);
        var (champion, suspect, notes) = await Opponent.FindAsync(registry, plan.Product, torch);
        using (champion)
        {
            var images = GateImages.Choose(plan.GoodFolder, candidate, champion?.Model, plan.Reviewed);
            var compared = await new GateTrial(challenger, champion, plan.Limits).RunAsync(
                images with { Notes = [.. notes, .. images.Notes] }, plan.Budget * GateShare, () => clock.Report(TrainingProgress.Comparing), cancel);
            var table = compared with { SuspectChampion = suspect };
            return (table, table.Decision is GateDecision.Rejected ? null : plan.HoldFor?.Invoke(table));
        }
    }

    /// <summary>A model that the machine which has just trained it refuses was computed wrongly, then or now.</summary>
    private async Task<Detector> LoadChallengerAsync(string staging)
    {
        try
        {
            return await Detector.LoadAsync(staging, torch);
        }
        catch (ModelUnusableException fault)
        {
            throw new MachineFaultException(
                MachineFault.NotRepeatable,
                $"The model that was just trained is refused by the machine that trained it, and was not stored. {fault.Message} When that ends so again, run 'sentinel selftest'.");
        }
    }

    private ModelManifest Learn(TrainingPlan plan, string staging, TrainingClock clock, CancellationToken cancel)
    {
        var read = KnownGoodSet.Read(plan, _ => clock.Report("reading"), cancel);
        clock.Report("checking");
        var known = KnownGoodCheck.Pass(read, plan, cancel);
        var split = Split<GoodPicture>.Of(known.Pictures, Calibration.ImagesNeededFor(plan.FalseAlarmBudget));

        using var scope = NewDisposeScope();
        manual_seed(plan.Seed);
        var architecture = new Architecture();
        using var model = new DetectionModel(architecture, known.Rules);
        MachineCheck.Pass(model.Convolutions, forTraining: true);
        model.Autoencoder.StartFrom(ShippedWeights.Denoiser.Load());
        model.Head.StartFrom(ShippedWeights.Head.Load());
        var measured = Measuring.Choose(model, split, Calibration.ImagesNeededFor(plan.SuspectBudget), plan.Budget);
        var learning = new AutoencoderTraining(model.Autoencoder, SampleBatch.Of(split.Training, known.Rules.Channels), plan.Seed, AutoencoderTraining.RateToTune);

        // Nothing left is one step; a share of less than nothing never gets full.
        TimeSpan TimeToLearn() => Longer(clock.Remaining - measured.TimeOfRest - plan.Budget * GateShare, _oneStep);

        void OnImage(string phase)
        {
            cancel.ThrowIfCancellationRequested();
            clock.Report(phase, learning.Steps, learning.Loss);
        }

        IReadOnlyList<Sharing> sharing;
        (long Steps, long Skipped) headSteps;
        using (var looks = NormalErrorsFitting.Fit(model, model.Looks, measured.Training, split.Selection, plan.Seed, () => OnImage("measuring")))
        {
            sharing = looks.Sharing;
            headSteps = new HeadTraining(model, measured.Training, plan.Seed).Run(
                looks.Seen, sharing, Shorter(plan.Budget * HeadShare, TimeToLearn() * 2 / 3), plan.Steps, () => OnImage("telling defects apart"));
        }

        // All the time that is left: the longer, the better it repairs.
        learning.Run(
            TimeToLearn(),
            plan.Steps,
            () => clock.Report("training", learning.Steps, learning.Loss, learning.SamplesPerSecond),
            cancel);
        var shared = model.Looks.Zip(sharing, (look, share) => (look, share)).ToDictionary(entry => entry.look.GetName(), entry => entry.share);
        if (measured.Repair)
        {
            using var repair = NormalErrorsFitting.Fit(
                model, [model.Repair], [.. measured.Training.Take(Measuring.ImagesForRepair)], [.. split.Selection.Take(Measuring.ImagesForRepair / 2)], plan.Seed, () => OnImage("measuring"));
            shared[model.Repair.GetName()] = repair.Sharing[0];
        }

        var evidence = FusionChoice.Learn(model, split.Selection, measured.Repair, plan.Seed, () => OnImage("choosing"));
        model.Grain = GrainMeasuring.Of(model.Autoencoder, split.Selection);
        var scores = measured.Calibration.Select(picture =>
        {
            OnImage("calibrating");
            var score = DetectionModel.ScoreOf(model.Measure(picture.Standard));
            return double.IsFinite(score) ? score : throw FiniteValues.Fault($"The score of the calibration image '{picture.Source.Name}' is not a finite number");
        });
        var calibration = Calibration.From(scores, plan.FalseAlarmBudget, plan.SuspectBudget);
        var record = new TrainingRecord
        {
            Parent = registry.ChampionOf(plan.Product),
            Seed = plan.Seed,
            Budget = plan.Budget,
            Steps = learning.Steps,
            HeadSteps = headSteps.Steps,
            SkippedSteps = learning.SkippedSteps + headSteps.Skipped,
            Precision = Precisions.NameOf(learning.Precision),
            WrongInBfloat16 = MachineCheck.WrongInBfloat16,
            Machine = TrainingMachine.This,
            FinalLoss = learning.Loss,
            SamplesPerSecond = learning.SamplesPerSecond,
            TrainingImages = split.Training.Count,
            SelectionImages = split.Selection.Count,
            CalibrationImages = calibration.Scores.Count,
            Sharing = shared,
            Evidence = evidence,
            Images = known.Pictures.ToDictionary(picture => picture.Source.Name, picture => picture.Source.Hash),
            Selection = [.. split.Selection.Select(picture => picture.Source.Name)],
            Calibration = [.. measured.Calibration.Select(picture => picture.Source.Name)],
            LeftOut = known.LeftOut,
        };
        return Publication.Write(
            staging,
            model,
            new ModelManifest
            {
                Product = plan.Product,
                Version = "candidate",
                TrainedAt = _time.GetUtcNow(),
                TrainedBy = Publication.Sentinel,
                Architecture = architecture,
                Standardisation = model.Rules,
                Calibration = calibration,
                Training = record,
                Golden = [],
                Inputs = known.Inputs,
                Packages = Publication.Packages,
                Files = new Dictionary<string, string>(),
            },
            split.Calibration,
            plan.Limits);
    }
}
