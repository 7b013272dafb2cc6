using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Sentinel.Worker.Tests;

/// <summary>
/// Does something with the rights of user nobody where the tests run as root, who may do everything. Linux gives each thread rights of its
/// own (setresuid(2) without the C library, which would change them all), and this one ends with them.
/// </summary>
internal static class AsNobody
{
    private const int SetOtherGroups = 116, SetUsers = 117, SetGroups = 119, Nobody = 65534;

    public static T Do<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                GiveUpRights();

                result = work();
            }
            catch (Exception thrown)
            {
                fault = ExceptionDispatchInfo.Capture(thrown);
            }
        });
        thread.Start();
        thread.Join();
        fault?.Throw();
        return result!;
    }

    private static void GiveUpRights()
    {
        if (Environment.IsPrivilegedProcess && (syscall(SetOtherGroups, 0, 0, 0) != 0
            || syscall(SetGroups, Nobody, Nobody, Nobody) != 0 || syscall(SetUsers, Nobody, Nobody, Nobody) != 0))
        {
            throw new InvalidOperationException("The rights of this thread cannot be given up.");
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern long syscall(long number, long real, long effective, long saved);
}
