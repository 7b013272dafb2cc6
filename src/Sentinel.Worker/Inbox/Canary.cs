namespace Sentinel.Worker.Inbox;

/// <summary>A hidden file that comes and goes in a folder to show that events arrive from there.</summary>
internal static class Canary
{
    private const string Prefix = ".sentinel-canary-";

    // Always the same name, so that what a crash leaves behind is one file that the next canary clears away.
    private const string Name = Prefix + "1";

    public static bool Is(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>False when the folder takes no files.</summary>
    public static bool TryReleaseIn(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            File.Delete(path);
            File.Create(path).Dispose();
            File.Delete(path);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
