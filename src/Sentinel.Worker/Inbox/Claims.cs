using System.Collections.Concurrent;
using Sentinel.Core;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// Takes files out of the inbox, and back. A claim is a row in the ledger, then one rename; a put-back is one rename, then the row.
/// Whatever instant the process dies at, the file lies in exactly one of the two folders, and <see cref="TakeUp"/> brings the ledger in
/// line with that. An image's marker is taken before the image and put back after it: a marker in the inbox never says more than it did.
/// </summary>
internal sealed partial class Claims(DataFolders folders, ImageLedger ledger, TimeProvider time, ILogger<Claims> logger)
{
    // Where files went that were moved back and not yet noted, so that a step that is repeated finds them under the name it gave them.
    private readonly ConcurrentDictionary<string, string?> _returned = new(StringComparer.Ordinal);

    /// <summary>Where an image lies while it is ours.</summary>
    public string WorkPathOf(LedgerEntry entry) => Path.Combine(folders.Work, entry.Product, entry.Id, entry.File);

    /// <summary>Takes a file out of the inbox.</summary>
    /// <returns>Null when it is gone or somebody writes to it again: there is nothing to take.</returns>
    /// <exception cref="UnauthorizedAccessException">Files may not be taken out of this folder.</exception>
    public ClaimedImage? Take(InboxFile file)
    {
        if (UnixFile.Stat(file.Path) is not { } now || !now.HasContentOf(file.Stamp))
        {
            return null;
        }

        var claimedAt = time.GetUtcNow();
        var receivedAt = file.Stamp.ChangedAt < claimedAt ? file.Stamp.ChangedAt : claimedAt;
        var (entry, isNew) = ledger.Claim(
            file.Product, file.Name, Path.GetRelativePath(folders.Root, file.Path), file.Stamp.Bytes, receivedAt, claimedAt);
        var taken = false;
        try
        {
            var path = WorkPathOf(entry);
            MakeWorkFolder(Path.GetDirectoryName(path)!);
            if (file.IsMarked)
            {
                File.Delete(ReadyMarker.Of(path));
                UnixFile.TryMove(ReadyMarker.Of(file.Path), ReadyMarker.Of(path));
            }

            taken = UnixFile.TryMove(file.Path, path)
                ? true
                : throw new InvalidOperationException($"'{path}' is there before its image was claimed.");
            return new ClaimedImage(entry, path, isNew);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        finally
        {
            if (!taken)
            {
                PutMarkerBack(entry, file.Path);
                Leave(entry);
                Withdraw(entry, isNew);
            }
        }
    }

    /// <summary>
    /// Puts a file back to where it lay; under the next free name when another has taken its place. May be repeated after a fault.
    /// </summary>
    /// <returns>The file as it lies in the inbox now, or null when it is gone.</returns>
    /// <exception cref="IOException">The inbox is not there, or another fault of the environment: try again.</exception>
    public InboxFile? PutBack(ClaimedImage image)
    {
        var back = Return(image);
        if (back?.Path == HomeOf(image.Entry))
        {
            ledger.PutBack(image.Entry.Id);
        }
        else
        {
            // Under another name it is another file of the inbox, and will be claimed as one.
            ledger.Forget(image.Entry.Id);
        }

        Leave(image.Entry);
        return back;
    }

    /// <summary>The same without a word to the ledger, where its row is closed in another way.</summary>
    /// <inheritdoc cref="PutBack"/>
    public InboxFile? Return(ClaimedImage image)
    {
        var home = HomeOf(image.Entry);
        var path = _returned.GetOrAdd(image.Entry.Id, _ => MoveBack(image.Path, home));
        PutMarkerBack(image.Entry, path ?? home);
        return path is not null && UnixFile.Stat(path) is { } stamp ? new InboxFile(image.Entry.Product, path, stamp) : null;
    }

    /// <summary>Removes an image's folder below <c>.work</c> once the image has left it; its marker has done its duty.</summary>
    public void Leave(LedgerEntry entry)
    {
        var path = WorkPathOf(entry);
        if (UnixFile.Stat(path) is null && UnixFile.Stat(ReadyMarker.Of(path)) is not null)
        {
            File.Delete(ReadyMarker.Of(path));
        }

        RemoveIfEmpty(Path.GetDirectoryName(path)!);
        _returned.TryRemove(entry.Id, out _);
    }

    /// <summary>
    /// After a start: brings the ledger in line with what lies where, puts files that the ledger does not know back into the inbox, and
    /// returns what is still to be done, oldest first.
    /// </summary>
    public IReadOnlyList<ClaimedImage> TakeUp()
    {
        var open = new List<ClaimedImage>();
        foreach (var entry in ledger.OpenClaims())
        {
            var path = WorkPathOf(entry);
            if (UnixFile.Stat(path) is not null)
            {
                open.Add(new ClaimedImage(entry, path, IsNew: false));
            }
            else if (entry.State is ImageState.Claimed)
            {
                PutMarkerBack(entry, Path.Combine(folders.Root, entry.InboxPath));
                ledger.Forget(entry.Id);
            }
            else if (entry.State is not ImageState.Seen)
            {
                CloseMoved(entry);
            }
            else if (UnixFile.Stat(Path.Combine(folders.Root, entry.InboxPath)) is null)
            {
                ledger.Forget(entry.Id);
            }
        }

        PutBackUnknown(open.SelectMany(image => new[] { image.Path, ReadyMarker.Of(image.Path) }).ToHashSet(StringComparer.Ordinal));
        return open;
    }

    private static void MakeWorkFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (UnauthorizedAccessException fault)
        {
            // Our own folder: not the file's owner but the operator has to act.
            throw new IOException($"'{folder}' cannot be made: {fault.Message}", fault);
        }
    }

    private void Withdraw(LedgerEntry entry, bool isNew)
    {
        if (isNew)
        {
            ledger.Forget(entry.Id);
        }
        else
        {
            ledger.PutBack(entry.Id);
        }
    }

    private void CloseMoved(LedgerEntry entry)
    {
        var arrived = entry.FiledPath is { } path && UnixFile.Stat(Path.Combine(folders.Root, path)) is not null;
        ledger.MarkFiled(entry.Id, arrived ? entry.FiledPath : null, time.GetUtcNow());
        if (!arrived)
        {
            Log.OriginalMissing(logger, entry.File, entry.Product, entry.Id);
        }
    }

    private void PutBackUnknown(HashSet<string> known)
    {
        if (!Directory.Exists(folders.Work))
        {
            return;
        }

        foreach (var product in Directory.EnumerateDirectories(folders.Work).Where(folder => ProductName.IsValid(Path.GetFileName(folder))))
        {
            var name = Path.GetFileName(product);
            var home = name == ProductName.Default ? folders.Inbox : Path.Combine(folders.Inbox, name);
            foreach (var claim in Directory.GetDirectories(product))
            {
                PutBackUnknown(claim, home, known);
                RemoveIfEmpty(claim);
            }
        }
    }

    private void PutBackUnknown(string claim, string home, HashSet<string> known)
    {
        // Images before their markers: a marker goes with its image, under its new name if need be.
        foreach (var file in Directory.GetFiles(claim).Where(file => !known.Contains(file)).OrderBy(ReadyMarker.IsMarker))
        {
            if (ReadyMarker.IsMarker(file))
            {
                PutUnknownMarkerBack(claim, file, home);
                continue;
            }

            Log.UnknownPutBack(logger, file);
            if (MoveBack(file, Path.Combine(home, Path.GetFileName(file))) is { } back)
            {
                MoveMarker(ReadyMarker.Of(file), back);
            }
        }
    }

    private void PutUnknownMarkerBack(string claim, string marker, string home)
    {
        if (ledger.Find(Path.GetFileName(claim)) is not null)
        {
            File.Delete(marker); // Its image was filed; the process died before it could clear up.
        }
        else
        {
            MoveMarker(marker, ReadyMarker.ImageOf(Path.Combine(home, Path.GetFileName(marker))));
        }
    }

    private void PutMarkerBack(LedgerEntry entry, string image) => MoveMarker(ReadyMarker.Of(WorkPathOf(entry)), image);

    private static void MoveMarker(string marker, string image)
    {
        if (UnixFile.Stat(marker) is not null && !UnixFile.TryMove(marker, ReadyMarker.Of(image)))
        {
            File.Delete(marker); // Its sender has made another one, which says the same.
        }
    }

    private string HomeOf(LedgerEntry entry) => Path.Combine(folders.Root, entry.InboxPath);

    /// <summary>The path under which the file lies in the inbox now, or null when there is no file.</summary>
    private string? MoveBack(string from, string home)
    {
        var folder = Path.GetDirectoryName(home)!;
        if (UnixFile.StatTarget(folder) is null)
        {
            // A folder that its owner removed is made again, but not on the empty place of a mount that went away.
            InboxPresence.Require(folders);
            Directory.CreateDirectory(folder);
        }

        try
        {
            return FreeName.In(folder, Path.GetFileName(home), path => UnixFile.TryMove(from, path));
        }
        catch (FileNotFoundException) when (UnixFile.Stat(from) is null && Directory.Exists(folders.Work))
        {
            return null;
        }
    }

    private static void RemoveIfEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The original of {File} of {Product} ({Id}) is neither in the work folder nor where it was to be filed.")]
        public static partial void OriginalMissing(ILogger logger, string file, string product, string id);

        [LoggerMessage(LogLevel.Warning, "{File} is unknown to the ledger and goes back into the inbox.")]
        public static partial void UnknownPutBack(ILogger logger, string file);
    }
}
