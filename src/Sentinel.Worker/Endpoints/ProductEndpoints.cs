using Sentinel.Core.Models;
using Sentinel.Worker.Drift;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Endpoints;

/// <summary><c>/api/products</c>: what Sentinel knows and does about each product.</summary>
internal static class ProductEndpoints
{
    public static void MapProducts(this WebApplication app) => app.MapGet(
        "/api/products",
        (ProductNames products, ActiveDetectors detectors, TrainingLog trainings, TrainingPlanner planner, DriftDetection drift, ModelRegistry registry, SentinelMetrics metrics) =>
            Results.Json(products.All().Select(name =>
            {
                var model = detectors.ModelOf(name);
                var training = trainings.Of(name);
                var last = planner.LastOf(name);
                return new ProductReport(
                    name,
                    model?.Version,
                    model?.TrainedAt,
                    training.Running ? training.Progress : null,
                    training.LastEnded ?? last?.EndedAt,
                    training.LastOutcome ?? last?.Outcome,
                    training.LastOutcome is null ? last?.Error : training.LastError,
                    training.NotBefore ?? planner.NextScheduled(name),
                    metrics.WaitingOf(name),
                    planner.PauseOf(name) is not null,
                    ChallengerOf(registry, name),
                    drift.KnownOf(name));
            })));

    /// <summary>A damaged note says nothing of the product's model.</summary>
    private static string? ChallengerOf(ModelRegistry registry, string product)
    {
        try
        {
            return registry.ChallengerOf(product)?.Why;
        }
        catch (ModelUnusableException fault)
        {
            return fault.Message;
        }
    }
}

/// <summary>One product as <c>/api/products</c> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">Version of the model in use, or null before the first.</param>
/// <param name="TrainedAt">When that model was trained.</param>
/// <param name="TrainingProgress">How far the running training is, 0..1; null when none runs.</param>
/// <param name="LastTraining">When the last training ended, or was left out because it would have been of no use.</param>
/// <param name="LastOutcome"><c>trained</c>, <c>skipped</c>, <c>refused</c>, <c>failed</c>, <c>machine_fault</c> or <c>cancelled</c>.</param>
/// <param name="LastError">Why it was refused or failed, or what is wrong with the machine.</param>
/// <param name="NextTraining">When the next one is due.</param>
/// <param name="Waiting">Files waiting in its inbox folder.</param>
/// <param name="Paused">Trainings by schedule rest until <c>sentinel products resume</c>.</param>
/// <param name="Challenger">Why a model that passed the gate is not in use; null when none waits.</param>
/// <param name="Drift">Signals that drift, and since when.</param>
internal sealed record ProductReport(
    string Name,
    string? Model,
    DateTimeOffset? TrainedAt,
    double? TrainingProgress,
    DateTimeOffset? LastTraining,
    string? LastOutcome,
    string? LastError,
    DateTimeOffset? NextTraining,
    int Waiting,
    bool Paused,
    string? Challenger,
    IReadOnlyDictionary<string, DateTimeOffset> Drift);
