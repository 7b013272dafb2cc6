using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using static TorchSharp.torch;

namespace Sentinel.Benchmarks;

/// <summary>One optimiser step of the real training at a time.</summary>
internal sealed class TrainingStep(TrainingPlan plan, TorchThread torch)
{
    private readonly KnownGoodSet _known = KnownGoodSet.Read(plan, null, CancellationToken.None);

    /// <summary>The loss. Each training has a network of its own, as in the product; a second one on the same network fails.</summary>
    public double Take() => torch.Run(() =>
    {
        using var scope = NewDisposeScope();
        using var network = new DenoisingAutoencoder(_known.Rules.Channels);
        var training = new AutoencoderTraining(network, SampleBatch.Of(_known.Pictures, channels: 1), seed: 1, AutoencoderTraining.RateToTune);
        training.Run(TimeSpan.FromHours(1), steps: 1, null, CancellationToken.None);
        return training.Loss;
    });
}
