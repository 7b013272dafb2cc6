using System.Runtime.InteropServices;

namespace Sentinel.Worker;

/// <summary>Rights of the files that this process and its children make.</summary>
internal static partial class Umask
{
    private const int KeepOthersOut = 0b000_010_111;

    /// <summary>027: the group may read, others nothing; what the environment forbids besides stays forbidden.</summary>
    public static void Tighten() => _ = SetMask(SetMask(KeepOthersOut) | KeepOthersOut);

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial int SetMask(int mask);
}
