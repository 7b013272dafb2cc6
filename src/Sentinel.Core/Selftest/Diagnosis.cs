using System.Runtime.InteropServices;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Selftest;

/// <summary>From what went wrong in a rung to what is most likely wrong with the machine, and what to look at.</summary>
internal static class Diagnosis
{
    private static readonly string _torch = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    public static string OfMissed(IEnumerable<Measure> measures)
    {
        var missed = string.Join(", ", measures.Where(measure => !measure.IsReached).Select(measure => $"{measure.Figure} must be {measure.MustReach}"));
        return $"{missed}. {Advice(MachineFault.FigureMissed)}";
    }

    public static string Of(Exception fault) => fault switch
    {
        MachineFaultException machine => $"{machine.Message} {Advice(machine.Fault)}",
        _ when NativeFault(fault) is { } native =>
            $"A native library cannot be loaded: {native} Sentinel needs 64-bit Linux on x86 with the GNU C library 2.28 or newer and libstdc++ (apt install libstdc++6). "
            + $"Look at what is missing with: ldd {_torch}, and install again if a file of Sentinel's own is missing or damaged.",
        OutOfMemoryException => OutOfMemory(fault),
        ExternalException when fault.Message.Contains("allocate memory", StringComparison.Ordinal) => OutOfMemory(fault),
        ExternalException => $"Torch failed: {FirstLine(fault)} The native libraries most likely do not belong to this build: install it again.",
        _ => $"{fault.GetType()}: {fault.Message} This is a fault in Sentinel itself or in its installation: install it again, and report it if it stays.",
    };

    private static string Advice(MachineFault fault) => fault switch
    {
        MachineFault.NotFinite =>
            "The processor or the memory computes wrongly, or libtorch is damaged: run a memory test (memtest86+), look for machine checks in the kernel's log "
            + "(journalctl -k -g 'mce|hardware error'), and install again.",
        MachineFault.NotRepeatable =>
            "The processor or the memory is unreliable, say too hot, overclocked or failing: run a memory test (memtest86+), look for machine checks in the kernel's log "
            + "(journalctl -k -g 'mce|hardware error'), and at the temperature.",
        MachineFault.TooSlow =>
            "Most likely the cores are shared with too many others or limited: look at the load (uptime), at the processor limit of the container (cat /sys/fs/cgroup/cpu.max) "
            + "and steal time (vmstat 1); where fewer cores may be used than there are, set OMP_NUM_THREADS to their number. A virtual machine should pass AVX2 on.",
        MachineFault.FigureMissed =>
            "All numbers are finite and repeatable, so that most likely another arithmetic library than Sentinel's own was loaded, or the build is damaged: look at LD_PRELOAD, "
            + "LD_LIBRARY_PATH and ATEN_CPU_CAPABILITY, install again, and try another --seed.",
        MachineFault.WrongConvolution => "", // Its message says what to do.
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown fault."),
    };

    private static string OutOfMemory(Exception fault) =>
        $"Memory ran out: {FirstLine(fault)} Sentinel needs 2 GB: look at free memory (free -m) and at the memory limit of the container or service (cat /sys/fs/cgroup/memory.max).";

    /// <summary>Why a library could not be loaded, from whatever depth; null when that is not the fault.</summary>
    private static string? NativeFault(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
            {
                return LastLine(fault);
            }

            if (fault is NotSupportedException && fault.Message.Contains("libtorch", StringComparison.Ordinal))
            {
                return WhyTorchDoesNotLoad() ?? FirstLine(fault);
            }
        }

        return null;
    }

    /// <summary>TorchSharp says that a package reference is missing, whatever the reason is; the system's loader knows it.</summary>
    private static string? WhyTorchDoesNotLoad()
    {
        try
        {
            NativeLibrary.Load(_torch);
            return null;
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            return LastLine(fault);
        }
    }

    /// <summary>Where .NET puts what the system's loader said.</summary>
    private static string LastLine(Exception fault) => $"{fault.Message.Trim().Split('\n')[^1].Trim().TrimEnd('.')}.";

    private static string FirstLine(Exception fault) => $"{fault.Message.Split('\n')[0].Trim().TrimEnd('.')}.";
}
