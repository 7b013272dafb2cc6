using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;

namespace Sentinel.Benchmarks;

/// <summary>One optimiser step of the real training at a time.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly TorchThread _torch;
    private readonly DenoisingAutoencoder _network;
    private readonly IReadOnlyList<GoodPicture> _pictures;

    public TrainingStep(TrainingPlan plan, TorchThread torch)
    {
        _torch = torch;
        var known = KnownGoodSet.Read(plan, null, CancellationToken.None);
        _pictures = known.Pictures;
        _network = torch.Run(() => new DenoisingAutoencoder(known.Rules.Channels));
    }

    public double Take() => _torch.Run(() =>
    {
        var training = new AutoencoderTraining(_network, SampleBatch.Of(_pictures, channels: 1), seed: 1, AutoencoderTraining.RateToTune);
        training.Run(TimeSpan.FromHours(1), steps: 1, null, CancellationToken.None);
        return training.Loss;
    });

    public void Dispose() => _torch.Run(() =>
    {
        _network.Dispose();
        return true;
    });
}
