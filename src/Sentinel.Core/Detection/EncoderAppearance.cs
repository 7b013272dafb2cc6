using Sentinel.Core.Detection.Encoder;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// What the general encoder sees in the image at one look. Its error is the distance from what a position shows on normal images, which
/// finds what no repair from the surroundings can know to be missing: a hole that was never drilled, a letter that was not printed.
/// </summary>
internal sealed class EncoderAppearance(GeneralEncoder encoder, Look look) : IErrorSource
{
    public int Channels => encoder.Channels.Sum();

    public Tensor Measure(Comparison comparison) => comparison.FeaturesAt(look);
}
