using static TorchSharp.torch;

namespace Sentinel.Core.Torch;

/// <summary>What the convolutions of a training compute with. The weights are kept and updated in single precision either way.</summary>
internal enum Precision
{
    /// <summary>bfloat16 where the processor multiplies it, and does so rightly; else single.</summary>
    Auto,
    Single,
    Bfloat16,
}

internal static class Precisions
{
    public static ScalarType ToScalarType(this Precision precision) => precision switch
    {
        Precision.Bfloat16 => ScalarType.BFloat16,
        Precision.Auto when Processor.HasBfloat16 && MachineCheck.WrongInBfloat16.Count == 0 => ScalarType.BFloat16,
        _ => ScalarType.Float32,
    };

    public static string NameOf(ScalarType type) => type is ScalarType.BFloat16 ? "bfloat16" : "single precision";
}
