using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// Errors of what an encoder sees: the features of the image minus those of its repair. The encoder is here the autoencoder's own, at 1/4, 1/8
/// and 1/16 of the size.
/// </summary>
internal sealed class FeatureError(DenoisingAutoencoder network) : IErrorSource
{
    public Tensor Measure(Tensor input, Tensor repaired)
    {
        var height = input.shape[2];
        var (_, quarter, eighth, sixteenth) = network.Encode(input);
        var (_, quarterRepaired, eighthRepaired, sixteenthRepaired) = network.Encode(repaired);
        return cat(
            [
                Grid.Mean(quarter - quarterRepaired, height),
                Grid.Mean(eighth - eighthRepaired, height),
                Grid.Mean(sixteenth - sixteenthRepaired, height),
            ],
            1);
    }
}
