using System.Diagnostics;
using Sentinel.Core.Detection;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;

namespace Sentinel.Worker.Commands;

/// <summary>Measures one model on the test images of a folder: one that is trained for it, or a finished one.</summary>
internal sealed class SeedEvaluation(MvtecFolder folder, ImageLimits limits, TorchThread torch, bool json)
{
    /// <summary>Trains by <paramref name="plan"/> into the folder <paramref name="models"/> and measures what came of it.</summary>
    public async Task<SeedReport> OfTrainingAsync(TrainingPlan plan, string models, CancellationToken cancel)
    {
        PeakMemory.Restart();
        var registry = new ModelRegistry(models);
        var started = Stopwatch.GetTimestamp();
        var imagesPerSecond = 0.0;
        var model = await EvaluationDisplay.Choose(json).ShowAsync(
            $"Training {plan.Product}, seed {plan.Seed}",
            progress => new Trainer(registry, torch).TrainAsync(plan, EvaluationDisplay.NotingSpeed(progress, speed => imagesPerSecond = speed), cancel));
        var training = new TrainingTime(Stopwatch.GetElapsedTime(started).TotalSeconds, imagesPerSecond);
        return await MeasureAsync(registry.FolderOf(plan.Product, model.Version), plan.Product, training, cancel);
    }

    /// <exception cref="ModelUnusableException">The version folder holds no model that can be used.</exception>
    public Task<SeedReport> OfModelAsync(string versionFolder, string product, CancellationToken cancel) =>
        MeasureAsync(versionFolder, product, training: null, cancel);

    private async Task<SeedReport> MeasureAsync(string versionFolder, string product, TrainingTime? training, CancellationToken cancel)
    {
        using var detector = await Detector.LoadAsync(versionFolder, torch);
        var evaluator = new Evaluator(detector, limits);
        var report = await EvaluationDisplay.Choose(json).ShowAsync(
            $"Evaluating {product}", progress => evaluator.EvaluateAsync(folder, training, EvaluationDisplay.Phases(progress), cancel));
        return new SeedReport(detector.Model.Training.Seed, report);
    }
}
