using System.Diagnostics;

namespace Sentinel.Core.Evaluation;

/// <summary>The most memory this process held at any time (the kernel's VmHWM), in bytes.</summary>
public static class PeakMemory
{
    public static long Bytes
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.PeakWorkingSet64;
        }
    }

    /// <summary>Forgets the peak so far, so that one training does not count what an earlier one held. Where the kernel does not allow it, the peak stays.</summary>
    public static void Restart()
    {
        try
        {
            // 5 sets VmHWM to what is held now (proc_pid_clear_refs(5)).
            using var marks = File.OpenHandle("/proc/self/clear_refs", FileMode.Open, FileAccess.Write);
            RandomAccess.Write(marks, "5"u8, 0);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }
    }
}
