using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Sentinel.Worker.Telemetry;

/// <summary>What runs, and what it costs the machine, under the names that Prometheus' own client libraries use.</summary>
internal static class ProcessMetrics
{
    public static (string Version, string Revision) Build
    {
        get
        {
            var build = typeof(ProcessMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            var parts = (build ?? "").Split('+', 2);
            return (parts[0], parts.Length > 1 ? parts[1] : "unknown");
        }
    }

    public static void AddBuildInfo(this Meter meter)
    {
        var (version, revision) = Build;
        meter.CreateObservableGauge(
            "sentinel_build_info",
            () => new Measurement<int>(1, new("version", version), new("revision", revision)),
            null,
            "Always 1; what runs is in the labels.");
    }

    public static void AddProcess(this Meter meter)
    {
        using var process = Process.GetCurrentProcess();
        var started = new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;

        meter.CreateObservableCounter("process_cpu_seconds", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time used.");
        meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, "By", "Resident memory.");
        meter.CreateObservableGauge("process_start_time_seconds", () => started, "s", "When the process started.");
        meter.CreateObservableGauge("process_open_fds", OpenFiles, null, "Open file descriptors.");
    }
    private static int OpenFiles() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
}
