using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;

namespace Sentinel.Worker.Promotion;

/// <summary>A training with everything that the ledger knows: what people have judged, what drifts, and afterwards an entry in the audit trail.</summary>
internal sealed class GatedTraining(ModelRegistry registry, ModelDesk desk, ReviewedFiles reviewed, TorchThread torch, TimeProvider time)
{
    /// <param name="plan">What to train.</param>
    /// <param name="settings">Whether models are put into use by hand, or after a time in the shadow.</param>
    /// <param name="progress">Where progress goes.</param>
    /// <param name="cancel">Ends the training.</param>
    /// <returns>The stored model, one of <see cref="Telemetry.PromotionOutcomes"/>, and what there is to say of that.</returns>
    public async Task<(ModelManifest Model, string Outcome, string? Why)> RunAsync(
        TrainingPlan plan, TrainingOptions settings, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        var model = await new Trainer(registry, torch, time).TrainAsync(
            plan.WithAppliedBudgets(registry) with { Reviewed = reviewed.Of(plan.Product), HoldFor = gate => HoldFor(plan.Product, gate, settings) }, progress, cancel);
        var (outcome, why) = desk.NoteTraining(model);
        return (model, outcome, why);
    }

    /// <summary>A product without a usable model waits for nobody but a person who said so. A suspect model inspects meanwhile, so that its successor may wait.</summary>
    private Hold? HoldFor(string product, GateTable gate, TrainingOptions settings) =>
        gate is { Decision: GateDecision.Unopposed, SuspectChampion: null } && settings.Approval is Approval.Automatic ? null : desk.HoldFor(product, settings);
}
