using System.Runtime.Intrinsics.X86;

namespace Sentinel.Core.Torch;

/// <summary>What this machine's processor says of itself.</summary>
public static class Processor
{
    private const string Facts = "/proc/cpuinfo";
    private const string Caches = "/sys/devices/system/cpu/cpu0/cache";

    // What oneDNN and Torch choose their kernels by.
    private static readonly string[] _telling = ["sse4_1", "avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16"];

    /// <summary>As its maker calls it.</summary>
    public static string Name => Fact("model name") ?? "unknown";

    /// <summary>Those that decide how convolutions are computed, as Linux calls them.</summary>
    public static IReadOnlyList<string> InstructionSets => [.. _telling.Intersect(Flags())];

    /// <summary>
    /// Whether it reports the sizes of its caches. Virtual machines may hide them; oneDNN then works with a cache of one byte (decision 43).
    /// </summary>
    public static bool ReportsCaches => Directory.Exists(Caches) && ReportsCachesByInstruction();

    /// <summary>Without such instructions bfloat16 is slower than single precision.</summary>
    internal static bool HasBfloat16 => Flags().Any(flag => flag is "avx512_bf16" or "amx_bf16");

    private static string[] Flags() => Fact("flags")?.Split(' ') ?? [];

    private static string? Fact(string name) => File.Exists(Facts)
        ? File.ReadLines(Facts).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        : null;

    /// <summary>Leaf 4, or AMD's own, says of the first cache what kind it is: 0 is none.</summary>
    private static bool ReportsCachesByInstruction()
    {
        const int ofIntel = 4, ofAmd = unchecked((int)0x8000001D);
        return X86Base.IsSupported && new[] { ofIntel, ofAmd }.Any(leaf => (X86Base.CpuId(leaf, 0).Eax & 0x1F) != 0);
    }
}
