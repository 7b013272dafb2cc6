using Sentinel.Core;

namespace Sentinel.Worker.Backup;

/// <summary>Copies files to the disk itself, and knows what was copied.</summary>
internal static class CopiedFile
{
    /// <returns>SHA-256 of the content, as lower-case hex.</returns>
    public static string Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        using (var source = File.OpenRead(from))
        using (var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write))
        {
            source.CopyTo(target);
            target.Flush(flushToDisk: true);
        }

        return ContentHash.Of(to);
    }
}
