using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>What lies in the work folder: <c>.work/product/id/name</c>. The running host files it; without one the next start does.</summary>
internal static class FilesInWork
{
    private const int Shown = 20;

    public static IReadOnlyList<FileInWork> Of(DataFolders folders)
    {
        try
        {
            return
            [
                .. Directory.EnumerateDirectories(folders.Work)
                    .SelectMany(product => Directory.EnumerateFiles(product, "*", SearchOption.AllDirectories).Select(path => Of(folders, Path.GetFileName(product), path)))
                    .OfType<FileInWork>()
                    .OrderBy(file => file.Since)
                    .Take(Shown),
            ];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // Missing or out of reach, which the look at the folders reports; or cleared away meanwhile.
        }
    }

    private static FileInWork? Of(DataFolders folders, string product, string path) =>
        UnixFile.Stat(path) is { } stamp && !ReadyMarker.IsMarker(Path.GetFileName(path))
            ? new FileInWork(product, Path.GetRelativePath(folders.Root, path), stamp.Bytes, stamp.ChangedAt)
            : null;
}
