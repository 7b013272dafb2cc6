namespace Sentinel.Worker.Telemetry;

/// <summary>How log lines are written.</summary>
public enum LogFormat
{
    /// <summary>As where it runs reads them best: the journal's priorities under systemd, JSON in a container, else text.</summary>
    Auto,

    /// <summary>For people at a terminal.</summary>
    Text,

    /// <summary>One JSON object in each line, with times in UTC.</summary>
    Json,

    /// <summary>With the priority in front that journald takes off: <c>&lt;4&gt;</c> is a warning.</summary>
    Journal,
}

public sealed class LogOptions
{
    /// <summary>How lines are written: auto, text, json or journal. The default is auto.</summary>
    [System.ComponentModel.DataAnnotations.EnumDataType(typeof(LogFormat))]
    public LogFormat Format { get; set; } = LogFormat.Auto;
}

/// <summary>Writes the log to standard output, as the place wants it.</summary>
internal static class LogOutput
{
    public static ILoggingBuilder AddLogOutput(this ILoggingBuilder logging, LogFormat format) =>
        format switch
        {
            LogFormat.Auto => logging.AddLogOutput(OfThisPlace),
            LogFormat.Json => logging.AddJsonConsole(
                console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'")),
            LogFormat.Journal => logging.AddSystemdConsole(),
            _ => logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss ")),
        };

    private static LogFormat OfThisPlace =>
        JournalStream.IsStandardOutput ? LogFormat.Journal : IsContainer ? LogFormat.Json : LogFormat.Text;

    /// <summary>.NET's own images say so, and so does Kubernetes.</summary>
    private static bool IsContainer =>
        Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1"
        || Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is not null;
}
