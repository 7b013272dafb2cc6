using Sentinel.Core.Detection.Encoder;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>What the general encoder sees in the image minus what it sees in the repair.</summary>
internal sealed class EncoderError(GeneralEncoder encoder) : IErrorSource
{
    public int Channels => encoder.Channels.Sum();

    public Tensor Measure(Comparison comparison) => comparison.InputFeatures - comparison.RepairedFeatures;
}
