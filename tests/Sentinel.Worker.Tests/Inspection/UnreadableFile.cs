using System.Diagnostics;

namespace Sentinel.Worker.Tests.Inspection;

/// <summary>
/// Makes a file one that the disk cannot give: mounts this process' own memory over it, of which reading the first byte is an input/output
/// error. Skips the test where mounting is not allowed.
/// </summary>
internal sealed class UnreadableFile : IDisposable
{
    private readonly string _path;

    public UnreadableFile(string path)
    {
        _path = path;
        Assert.SkipUnless(Run("mount", "--bind", $"/proc/{Environment.ProcessId}/mem", path) == 0, "This test needs the right to mount.");
    }

    public void Dispose() => Run("umount", _path);

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
