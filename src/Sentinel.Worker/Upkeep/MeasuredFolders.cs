using System.IO.Enumeration;

namespace Sentinel.Worker.Upkeep;

/// <summary>The folders that grow, and how large they are.</summary>
internal static class MeasuredFolders
{
    private static readonly EnumerationOptions _everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = true,
    };

    public static IReadOnlyList<string> Of(DataFolders folders) =>
        [folders.Archive, folders.Results, folders.Failed, folders.Models, folders.Inbox];

    /// <summary>Bytes of all files below it. Links count as nothing; what may not be read is left out.</summary>
    /// <exception cref="IOException">The folder is not there.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public static long Size(string folder, CancellationToken cancel)
    {
        var files = new FileSystemEnumerable<long>(folder, (ref FileSystemEntry entry) => entry.Length, _everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !IsLink(ref entry),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry),
        };
        var bytes = 0L;
        foreach (var length in files)
        {
            cancel.ThrowIfCancellationRequested();
            bytes += length;
        }

        return bytes;
    }

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
