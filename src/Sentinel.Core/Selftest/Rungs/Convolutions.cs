using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Core.Selftest.Rungs;

/// <summary>Every kind of convolution that grey and colour models use, compared with double precision.</summary>
internal sealed class Convolutions(ScalarType precision) : IRung
{
    public string Name => $"Convolutions in {Precisions.NameOf(precision)}";

    public string Shows => "Output and gradients of every convolution that models use, on whole numbers, compared with double precision.";

    public TimeSpan Usual => TimeSpan.FromSeconds(0.5);

    public RungOutcome Learn(Attempt attempt)
    {
        List<ConvolutionKind> kinds = [.. new[] { 1, DenoisingAutoencoder.Colours }.SelectMany(KindsOf).Distinct()];
        var wrong = MachineCheck.Check(kinds, precision, gradients: true);
        return wrong.Count == 0
            ? new RungOutcome([new Measure("wrong", 0, $"of {kinds.Count}", 0, HigherIsBetter: false)], [])
            : throw (precision is ScalarType.BFloat16 ? MachineCheck.FaultInBfloat16(wrong) : MachineCheck.Fault(wrong));
    }

    private static IEnumerable<ConvolutionKind> KindsOf(int channels)
    {
        const int side = 256;
        using var model = new DetectionModel(new Architecture(), new Standardisation { Width = side, Height = side, Channels = channels });
        return [.. model.Convolutions];
    }
}
