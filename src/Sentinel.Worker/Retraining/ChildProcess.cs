using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sentinel.Worker.Retraining;

/// <summary>What a trainer does when it is the child of a host: it steps back behind inspection, and it does not outlive its host.</summary>
internal static partial class ChildProcess
{
    private const int PriorityOfProcess = 0;
    private const int Nice = 10;

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    public static void BelongTo(int parent)
    {
        StepBack();

        // PR_SET_PDEATHSIG would fire when the *thread* that started this process ends, and thread-pool threads come and go (prctl(2)).
        new Thread(() => EndWith(parent)) { IsBackground = true, Name = "parent watch" }.Start();
    }

    private static void EndWith(int parent)
    {
        while (GetParentProcessId() == parent)
        {
            Thread.Sleep(_interval);
        }

        Process.GetCurrentProcess().Kill();
    }

    private static void StepBack()
    {
        // Linux counts niceness per thread; threads made later take it over from those that made them.
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            _ = SetPriority(PriorityOfProcess, int.Parse(Path.GetFileName(thread)), Nice);
        }

        // When memory runs out, the kernel shall end the training and not the inspection.
        File.WriteAllText("/proc/self/oom_score_adj", "500");
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentProcessId();

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
