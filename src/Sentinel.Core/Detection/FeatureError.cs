using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>What the autoencoder's own encoder sees in the image minus what it sees in the repair, at 1/4, 1/8 and 1/16 of the size.</summary>
internal sealed class FeatureError(DenoisingAutoencoder network) : IErrorSource
{
    public int Channels => network.FeatureChannels;

    public Tensor Measure(Comparison comparison)
    {
        var height = comparison.Input.shape[2];
        var (_, quarter, eighth, sixteenth) = network.Encode(comparison.Input);
        var (_, quarterRepaired, eighthRepaired, sixteenthRepaired) = network.Encode(comparison.Repaired);
        return cat(
            [
                Grid.Mean(quarter - quarterRepaired, height),
                Grid.Mean(eighth - eighthRepaired, height),
                Grid.Mean(sixteenth - sixteenthRepaired, height),
            ],
            1);
    }
}
