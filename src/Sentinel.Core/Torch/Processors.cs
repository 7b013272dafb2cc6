using System.Globalization;
using System.Numerics;

namespace Sentinel.Core.Torch;

/// <summary>
/// How many processors this process may use. .NET reads the quota of the control group (a container's <c>--cpus</c>, systemd's <c>CPUQuota</c>)
/// and rounds it up. Torch does not read it and would start a thread for every core of the machine.
/// </summary>
public static class Processors
{
    private const string Affinity = "Cpus_allowed:";

    /// <summary>The quota, or the number of cores where there is none. <c>DOTNET_PROCESSOR_COUNT</c> replaces it.</summary>
    public static int Allowed => Environment.ProcessorCount;

    /// <summary>
    /// Whether a quota allows fewer processors than there are cores. Niceness does not help under a quota: threads on different cores do not compete
    /// with each other, and all of them are stopped when the quota of a period is used up.
    /// </summary>
    public static bool HaveQuota => Allowed < CoresIn(File.ReadLines("/proc/self/status"));

    /// <param name="status">The lines of <c>/proc/self/status</c>.</param>
    internal static int CoresIn(IEnumerable<string> status)
    {
        // A hexadecimal mask with a bit for each core, in groups of eight digits: 'ff,ffffffff' are 40 cores.
        var mask = status.First(line => line.StartsWith(Affinity, StringComparison.Ordinal))[Affinity.Length..];
        return mask.Where(char.IsAsciiHexDigit).Sum(digit => BitOperations.PopCount(uint.Parse([digit], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
    }
}
