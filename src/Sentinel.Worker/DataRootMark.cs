namespace Sentinel.Worker;

/// <summary>
/// The file <c>.sentinel</c> in the data root, made at the first start. While the host runs, a root without it, or with another one, is not
/// the root it began with but what lies below a mount that went away: nothing is read from it and nothing written into it.
/// </summary>
internal sealed class DataRootMark(DataFolders folders)
{
    private readonly Lazy<string> _own = new(() => Read(folders) ?? Make(folders), LazyThreadSafetyMode.PublicationOnly);

    public const string FileName = ".sentinel";

    /// <exception cref="IOException">The data root is not the one that Sentinel began with.</exception>
    public void Require()
    {
        if (_own.Value != Read(folders))
        {
            throw new IOException($"The data root '{folders.Root}' is not the one that Sentinel started with ('{FileName}' in it differs or is gone); is a mount missing?");
        }
    }

    private static string? Read(DataFolders folders)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folders.Root, FileName));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static string Make(DataFolders folders)
    {
        var mark = $"{Guid.NewGuid()}\n";
        AtomicFile.Write(Path.Combine(folders.Root, FileName), "mark", System.Text.Encoding.UTF8.GetBytes(mark));
        return mark;
    }
}
