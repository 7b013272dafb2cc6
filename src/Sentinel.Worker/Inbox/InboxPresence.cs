namespace Sentinel.Worker.Inbox;

/// <summary>An inbox that is not there is unavailable, not empty; nor is one that lies apart from the work folder, into which files are renamed.</summary>
internal static class InboxPresence
{
    /// <summary>The inbox's folder as it is now.</summary>
    /// <exception cref="IOException">It is not there, or is not what it was; most often a mount is missing.</exception>
    public static FileStamp Require(DataFolders folders)
    {
        var inbox = UnixFile.StatTarget(folders.Inbox) ?? throw new DirectoryNotFoundException($"The inbox '{folders.Inbox}' is not there.");
        var work = UnixFile.StatTarget(folders.Work) ?? throw new DirectoryNotFoundException(
            $"The inbox '{folders.Inbox}' is there and '{folders.Work}' is not; is a mount missing? If not, make it or start Sentinel again.");
        return work.Device == inbox.Device
            ? inbox
            : throw new IOException($"The inbox '{folders.Inbox}' is not on the file system of '{folders.Work}'; is its mount missing?");
    }
}
