using Sentinel.Worker.Inspection;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Endpoints;

/// <summary><c>/api/products</c>: what Sentinel knows and does about each product.</summary>
internal static class ProductEndpoints
{
    public static void MapProducts(this WebApplication app) => app.MapGet(
        "/api/products",
        (ProductNames products, ActiveDetectors detectors, TrainingLog trainings, TrainingPlanner planner, SentinelMetrics metrics) =>
            Results.Json(products.All().Select(name =>
            {
                var model = detectors.ModelOf(name);
                var training = trainings.Of(name);
                return new ProductReport(
                    name,
                    model?.Version,
                    model?.TrainedAt,
                    training.Running ? training.Progress : null,
                    training.LastEnded,
                    training.LastOutcome,
                    training.LastError,
                    training.NotBefore ?? planner.NextScheduled(name),
                    metrics.WaitingOf(name));
            })));
}

/// <summary>One product as <c>/api/products</c> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">Version of the model in use, or null before the first.</param>
/// <param name="TrainedAt">When that model was trained.</param>
/// <param name="TrainingProgress">How far the running training is, 0..1; null when none runs.</param>
/// <param name="LastTraining">When the last training of this run of the host ended.</param>
/// <param name="LastOutcome"><c>trained</c>, <c>skipped</c>, <c>refused</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="LastError">Why it was refused or failed.</param>
/// <param name="NextTraining">When the next one is due.</param>
/// <param name="Waiting">Files waiting in its inbox folder.</param>
internal sealed record ProductReport(
    string Name,
    string? Model,
    DateTimeOffset? TrainedAt,
    double? TrainingProgress,
    DateTimeOffset? LastTraining,
    string? LastOutcome,
    string? LastError,
    DateTimeOffset? NextTraining,
    int Waiting);
