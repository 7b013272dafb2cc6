using Sentinel.Core.Detection.Encoder;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>A standardised image, its repair, and what the general encoder sees in it; each computed when first asked for.</summary>
/// <param name="input">[1, C, H, W], 0..1.</param>
/// <param name="repair">Gives its repair, same shape.</param>
/// <param name="encoder">Shared by all models.</param>
internal sealed class Comparison(Tensor input, Func<Tensor, Tensor> repair, GeneralEncoder encoder)
{
    private readonly Dictionary<Look, Tensor> _features = [];
    private Tensor? _repaired;

    public Tensor Input => input;

    public Tensor Repaired => _repaired ??= repair(input);

    /// <summary>Features of the image at one look, on the cells of the coarsest map, [1, 448, h, w].</summary>
    public Tensor FeaturesAt(Look look)
    {
        if (!_features.TryGetValue(look, out var features))
        {
            var image = look.Shrink(input);
            _features[look] = features = cat([.. encoder.Features(image).Select(map => Grid.Mean(map, image.shape[2]))], 1);
        }

        return features;
    }
}
