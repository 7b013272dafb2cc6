using static TorchSharp.torch;

namespace Sentinel.Core.Torch;

/// <summary>What the convolutions compute with. The weights are kept and updated in single precision either way.</summary>
internal enum Precision
{
    /// <summary>bfloat16 where the processor multiplies it, else single.</summary>
    Auto,
    Single,
    Bfloat16,
}

internal static class Precisions
{
    public static ScalarType ToScalarType(this Precision precision) => precision switch
    {
        Precision.Bfloat16 => ScalarType.BFloat16,
        Precision.Auto when ProcessorHasBfloat16() => ScalarType.BFloat16,
        _ => ScalarType.Float32,
    };

    /// <summary>Without such instructions bfloat16 is slower than single precision.</summary>
    private static bool ProcessorHasBfloat16()
    {
        const string facts = "/proc/cpuinfo";
        return File.Exists(facts)
            && File.ReadLines(facts).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) is { } flags
            && flags.Split(' ').Any(flag => flag is "avx512_bf16" or "amx_bf16");
    }
}
