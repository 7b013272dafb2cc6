using System.Globalization;
using System.Runtime.InteropServices;

namespace Sentinel.Core.Torch;

/// <summary>Settings of Torch's worker threads. Its OpenMP runtime and MKL read them from the C environment when they are loaded.</summary>
internal static partial class OpenMPSettings
{
    private const string WaitPolicy = "OMP_WAIT_POLICY";

    private const string Threads = "OMP_NUM_THREADS";

    /// <summary>Where it is not set, MKL takes the one above.</summary>
    private const string MklThreads = "MKL_NUM_THREADS";

    /// <summary>To be called before the first use of Torch.</summary>
    public static void Apply()
    {
        // Where another process wants the same core, spinning threads wait for one that cannot run: measured on two busy cores, an inspection took
        // 94 ms asleep and 2,600 ms spinning.
        Set(WaitPolicy, "PASSIVE", overwrite: false);
        if (Processors.HaveQuota)
        {
            Lower(Threads, Processors.Allowed);
            if (Environment.GetEnvironmentVariable(MklThreads) is not null)
            {
                Lower(MklThreads, Processors.Allowed);
            }
        }
    }

    /// <summary>Whether the operator's value is a number, and no more than is allowed. It is kept then.</summary>
    /// <param name="value">A list such as <c>4,2</c> has a number for each depth of nesting.</param>
    /// <param name="allowed">Processors that this process may use.</param>
    internal static bool IsWithin(string? value, int allowed) =>
        int.TryParse(value?.Split(',')[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var threads) && threads > 0 && threads <= allowed;

    private static void Lower(string name, int allowed)
    {
        if (!IsWithin(Environment.GetEnvironmentVariable(name), allowed))
        {
            Set(name, allowed.ToString(CultureInfo.InvariantCulture), overwrite: true);
        }
    }

    private static void Set(string name, string value, bool overwrite)
    {
        // Environment.SetEnvironmentVariable does not reach native code on Linux.
        if (SetVariable(name, value, overwrite ? 1 : 0) != 0)
        {
            throw new InvalidOperationException($"The environment variable {name} could not be set (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
