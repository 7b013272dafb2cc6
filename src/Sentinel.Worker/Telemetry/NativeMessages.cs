namespace Sentinel.Worker.Telemetry;

/// <summary>
/// Logs what native libraries write to standard error, without letting them flood the log: equal lines once in five minutes, and so many
/// different ones at most.
/// </summary>
internal sealed partial class NativeMessages(TimeProvider time, ILogger<NativeMessages> logger)
{
    public const int MostLines = 100;

    private const int MostCharacters = 1000;
    private const int FirstLastWords = 5;
    private const int LastLastWords = 15;

    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(5);

    private readonly RepeatLimit _repeats = new(_interval, time);
    private readonly Lock _gate = new();
    private DateTimeOffset _until;
    private int _lines;

    /// <param name="source">Who wrote, as the subject of a sentence.</param>
    /// <param name="line">One line.</param>
    public void Note(string source, string line)
    {
        // Libraries begin their lines with the time, which makes equal lines differ in their digits.
        var key = string.Concat(line.Take(MostCharacters).Where(character => !char.IsAsciiDigit(character)));
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now >= _until)
            {
                (_until, _lines) = (now + _interval, 0);
            }

            if (_lines > MostLines || _repeats.TimesToSay($"{source}: {key}") is not { } times)
            {
                return;
            }

            _lines++;
            if (_lines > MostLines)
            {
                Log.TooMany(logger, MostLines, _until);
            }
            else
            {
                Log.Wrote(logger, source, Short(line), times);
            }
        }
    }

    /// <param name="lines">What a run before wrote when nobody read it any more.</param>
    public void NoteLastWords(IReadOnlyList<string> lines)
    {
        // .NET says why it ends in its first line and then where; a native library says it in its last.
        var left = lines.Count - FirstLastWords - LastLastWords;
        IEnumerable<string> said = left <= 0 ? lines : [.. lines.Take(FirstLastWords), $"({left} more lines)", .. lines.TakeLast(LastLastWords)];
        Log.LastWords(logger, string.Join(Environment.NewLine, said.Select(Short)));
    }

    private static string Short(string line) => line.Length > MostCharacters ? line[..MostCharacters] + "..." : line;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Source} wrote to standard error: {Line} ({Times} times)")]
        public static partial void Wrote(ILogger logger, string source, string line, int times);

        [LoggerMessage(LogLevel.Warning, "More than {Lines} different lines were written to standard error. No more of them are logged until {Until}.")]
        public static partial void TooMany(ILogger logger, int lines, DateTimeOffset until);

        [LoggerMessage(LogLevel.Warning, "The run before did not end properly. Its last words on standard error: {Words}")]
        public static partial void LastWords(ILogger logger, string words);
    }
}
