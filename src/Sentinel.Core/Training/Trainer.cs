using Sentinel.Core.Models;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Training;

/// <summary>Learns one product from its known-good images and publishes the model.</summary>
public sealed class Trainer(ModelRegistry registry, TorchThread torch)
{
    /// <exception cref="TrainingRefusedException">Too few usable images.</exception>
    public Task<ModelManifest> TrainAsync(TrainingPlan plan, IProgress<TrainingProgress>? progress, CancellationToken cancel) =>
        throw new NotImplementedException((registry, torch, plan, progress, cancel).ToString());
}
