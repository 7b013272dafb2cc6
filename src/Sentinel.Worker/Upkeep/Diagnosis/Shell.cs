namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>Paths as they stand in commands that people copy.</summary>
internal static class Shell
{
    public static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') ? path : $"'{path.Replace("'", "'\\''")}'";
}
