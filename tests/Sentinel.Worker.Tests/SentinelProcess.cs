using System.Diagnostics;
using System.Text;

namespace Sentinel.Worker.Tests;

/// <summary>The built executable, started as a user would.</summary>
internal sealed class SentinelProcess : IDisposable
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    public SentinelProcess(params string[] arguments)
        : this(arguments, [])
    {
    }

    public SentinelProcess(string[] arguments, params (string Name, string Value)[] environment)
        : this(Executable, arguments, environment)
    {
    }

    /// <param name="program">What starts the executable, in the end in its own place.</param>
    /// <param name="arguments">For the program.</param>
    /// <param name="environment">Over this process's own.</param>
    public SentinelProcess(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Process = new Process { StartInfo = start };
        Process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        Process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        Process.Start();
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, "sentinel");

    public Process Process { get; }

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    /// <summary>Waits for the end and gives the exit code.</summary>
    public async Task<int> EndAsync(int seconds = 30)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await Process.WaitForExitAsync(patience.Token);
        return Process.ExitCode;
    }

    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
            Process.WaitForExit();
        }

        Process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString().Trim();
        }
    }
}
