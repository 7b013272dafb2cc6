namespace Sentinel.Worker;

/// <summary>Writes files that are there whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes under a temporary name that does not grow with the file's, to the disk, then renames.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="owner">Who writes it: one owner writes one file at a time, and writes over what a crash left of its own.</param>
    /// <param name="content">All of it.</param>
    public static void Write(string path, string owner, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var unfinished = Path.Combine(folder, $".{owner}.tmp");
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
