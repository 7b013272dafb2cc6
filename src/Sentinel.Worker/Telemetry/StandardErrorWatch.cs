namespace Sentinel.Worker.Telemetry;

/// <summary>Logs each second what came into <see cref="StandardErrorFile"/>, and at the start what a crash left in it.</summary>
internal sealed partial class StandardErrorWatch(StandardErrorFile file, NativeMessages messages, TimeProvider time, ILogger<StandardErrorWatch> logger) : BackgroundService
{
    private const string Source = "A native library";

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (file.LastWords.Count > 0)
            {
                messages.NoteLastWords(file.LastWords);
            }

            using var timer = new PeriodicTimer(_interval, time);
            while (await NextAsync(timer, stoppingToken))
            {
                LogNewLines();
            }

            LogNewLines();
        }
        catch (IOException fault)
        {
            file.PutBack();
            Log.NotRead(logger, fault.Message);
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void LogNewLines()
    {
        foreach (var line in file.Read())
        {
            messages.Note(Source, line);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "What native libraries write to standard error is no longer logged and goes where it went before: {Fault}")]
        public static partial void NotRead(ILogger logger, string fault);
    }
}
