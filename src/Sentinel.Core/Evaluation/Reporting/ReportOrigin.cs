using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Sentinel.Core.Evaluation.Reporting;

/// <summary>What a report was made by and on, so that its figures can be drawn again and compared with those of another machine.</summary>
/// <param name="Command">The command line.</param>
/// <param name="Sentinel">Version of Sentinel, with its commit.</param>
/// <param name="Machine">Cores, memory and operating system; no name.</param>
/// <param name="At">When it was done.</param>
public sealed record ReportOrigin(string Command, string Sentinel, string Machine, DateTimeOffset At)
{
    public static ReportOrigin OfThisProcess(string command, TimeProvider time) => new(
        command,
        typeof(ReportOrigin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores{Processor()}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:0} GB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"),
        time.GetUtcNow());

    /// <summary>The processor's own name behind "of", or nothing where the kernel does not tell it.</summary>
    private static string Processor()
    {
        const string Key = "model name";
        var line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line is null ? "" : $" of {line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()}";
    }
}
