using Sentinel.Core.Detection.Encoder;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>A standardised image beside its repair, and what the general encoder sees in it, computed when first asked for.</summary>
/// <param name="input">[1, C, H, W], 0..1.</param>
/// <param name="repaired">Its repair, same shape.</param>
/// <param name="encoder">Shared by all models.</param>
internal sealed class Comparison(Tensor input, Tensor repaired, GeneralEncoder encoder)
{
    private Tensor? _inputFeatures;

    public Tensor Input => input;

    public Tensor Repaired => repaired;

    /// <summary>Features of the image on the grid, [1, 224, h, w].</summary>
    public Tensor InputFeatures => _inputFeatures ??= OnGrid(input);

    private Tensor OnGrid(Tensor image) => cat([.. encoder.Features(image).Select(map => Grid.Mean(map, image.shape[2]))], 1);
}
