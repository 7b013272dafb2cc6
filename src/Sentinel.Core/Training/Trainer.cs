using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>Learns one product from its known-good images and publishes the model. What is half done leaves no trace.</summary>
public sealed class Trainer(ModelRegistry registry, TorchThread torch)
{
    /// <exception cref="TrainingRefusedException">Too few usable images.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was published.</exception>
    public Task<ModelManifest> TrainAsync(TrainingPlan plan, IProgress<TrainingProgress>? progress, CancellationToken cancel) =>
        torch.RunAsync(() => Train(plan, new TrainingClock(plan.Budget, progress), cancel));

    private ModelManifest Train(TrainingPlan plan, TrainingClock clock, CancellationToken cancel)
    {
        var known = KnownGoodSet.Read(plan.GoodFolder, plan.Limits, plan.Light, plan.Seed, _ => clock.Report("reading"), cancel);
        var split = Split<GoodPicture>.Of(known.Pictures, Calibration.ImagesNeededFor(plan.FalseAlarmBudget));

        manual_seed(plan.Seed);
        var architecture = new Architecture();
        using var model = new DetectionModel(architecture, known.Rules);
        var measured = Measuring.Choose(model, split, Calibration.ImagesNeededFor(plan.SuspectBudget), plan.Budget);
        var learning = new AutoencoderTraining(model.Autoencoder, split.Training, known.Rules.Channels, plan.Seed);
        learning.Run(
            clock.Remaining - measured.Time,
            plan.Steps,
            () => clock.Report("training", learning.Steps, learning.Loss, learning.SamplesPerSecond),
            cancel);

        void OnImage(string phase)
        {
            cancel.ThrowIfCancellationRequested();
            clock.Report(phase, learning.Steps, learning.Loss);
        }

        var sharing = NormalErrorsFitting.Fit(model, measured.Training, split.Selection, plan.Seed, () => OnImage("measuring"));
        model.Grain = GrainMeasuring.Of(model.Autoencoder, split.Selection);
        var scores = measured.Calibration.Select(picture =>
        {
            OnImage("calibrating");
            return DetectionModel.ScoreOf(model.Measure(picture.Standard));
        });
        var calibration = Calibration.From(scores, plan.FalseAlarmBudget, plan.SuspectBudget);

        clock.Report("saving", learning.Steps, learning.Loss);
        var record = new TrainingRecord
        {
            Parent = registry.ChampionOf(plan.Product),
            Seed = plan.Seed,
            Budget = plan.Budget,
            Steps = learning.Steps,
            FinalLoss = learning.Loss,
            SamplesPerSecond = learning.SamplesPerSecond,
            TrainingImages = split.Training.Count,
            SelectionImages = split.Selection.Count,
            CalibrationImages = calibration.Scores.Count,
            Sharing = sharing,
            Images = known.Pictures.ToDictionary(picture => picture.Source.Name, picture => picture.Source.Hash),
            LeftOut = known.LeftOut,
        };
        return new Publication(registry, plan.Product, plan.Limits).Publish(model, architecture, calibration, record, split.Calibration, cancel);
    }
}
