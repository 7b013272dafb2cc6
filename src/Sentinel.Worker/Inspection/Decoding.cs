using Sentinel.Core;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Inspection;

/// <summary>
/// From a claimed file to its pixels, or to the reason why not. The file is decoded after the claim, because only then the attempt can be
/// counted before the decoder sees it, and because nobody can replace it any more. A file that turns out unfinished goes back into the
/// inbox, where its sender looks for it; so does one whose fault may pass, for three attempts in all.
/// </summary>
internal sealed class Decoding(
    DataFolders folders, ImageLedger ledger, Retries retries, SentinelOptions options, TimeProvider time)
{
    /// <exception cref="IOException">The environment's fault: try again.</exception>
    public ImageInWork Decode(ClaimedImage image)
    {
        var work = new ImageInWork(image);
        var entry = image.Entry;
        if (entry.State is ImageState.Failed || entry.DuplicateOf is not null)
        {
            return work with { Ending = new Ending.AsRecorded() };
        }

        if (EndOf(image.Trial, entry) is { } end)
        {
            return work with { Ending = end };
        }

        try
        {
            return Read(work);
        }
        catch (UnauthorizedAccessException)
        {
            return work with { Ending = new Ending.PutBack(time.GetUtcNow() + Grace(entry), "it may not be read") };
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return work with { Ending = VanishedFrom(image.Path) };
        }
        catch (IOException fault) when (DiskWorks())
        {
            return work with { Ending = TryAgain(image) ?? new Ending.SetAside("unreadable", $"The disk cannot give the file: {fault.Message}") };
        }
    }

    /// <summary>How an image ends that was tried in a process of its own; null when it is innocent or was not under suspicion.</summary>
    private static Ending? EndOf(Trial? trial, LedgerEntry entry) => trial switch
    {
        Trial.Unfinished => new Ending.StaysClaimed(),
        Trial.Died when entry.Verdict is not null => new Ending.AsRecorded(),
        Trial.Died(var how) => new Ending.SetAside(
            "crashed", $"The process ended {entry.Attempts} times while it worked on this file; one that did nothing else {how}."),
        _ => null,
    };

    private ImageInWork Read(ImageInWork work)
    {
        var start = time.GetTimestamp();
        var (entry, path) = (work.Entry, work.Image.Path);
        if (UnixFile.Stat(path) is not { } before)
        {
            return work with { Ending = VanishedFrom(path) };
        }

        if (before.Kind is not FileKind.Regular)
        {
            // It was a file when it was chosen; a link would lead out of the data root, and a pipe never end.
            return work with { Ending = new Ending.SetAside("not_an_image", $"It is no file but a {before.Kind}.") };
        }

        if (before.Bytes <= options.Limits.MaxBytes)
        {
            work = work with { Sha256 = ContentHash.Of(path) };
            if (entry.Verdict is null && options.SettingsOf(entry.Product).Inbox.SameContent is SameContent.Skip && ledger.VerdictOn(entry.Product, work.Sha256) is not null)
            {
                return work with { Ending = new Ending.Duplicate() };
            }
        }

        ledger.BeginAttempt(entry.Id);
        try
        {
            work = work with { Pages = ImageFile.Read(path, options.Limits, options.SettingsOf(entry.Product).Pages) };
        }
        catch (UnreadableImageException) when (entry.Verdict is not null)
        {
            return work with { Ending = new Ending.AsRecorded() };
        }
        catch (UnreadableImageException fault)
        {
            return work with { Ending = EndOf(work.Image, before, fault) };
        }

        retries.Forget(entry.Id);
        return UnixFile.Stat(path) is { } after && after.HasContentOf(before)
            ? work with { DecodeTook = time.GetElapsedTime(start) }
            : work with { Pages = [], Ending = new Ending.PutBack(time.GetUtcNow(), "somebody still writes to it") };
    }

    /// <summary>A file that is missing was taken by somebody; when its product's work folder is missing too, the disk is.</summary>
    private static Ending.Vanished VanishedFrom(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(path)!)!;
        return Directory.Exists(folder) ? new Ending.Vanished() : throw new IOException($"The work folder '{folder}' is not there.");
    }

    private Ending EndOf(ClaimedImage image, FileStamp stamp, UnreadableImageException fault)
    {
        var (entry, now) = (image.Entry, time.GetUtcNow());
        // The time of the claim's rename says nothing about a file from a clock that runs ahead of ours; that of its arrival does.
        var lastWrite = stamp.ModifiedAt <= now ? stamp.ModifiedAt : entry.ReceivedAt;
        var patience = lastWrite + Grace(entry);
        var isYoung = now < patience && options.SettingsOf(entry.Product).Inbox.Ready is not ReadySign.Marker;
        return fault.Reason switch
        {
            UnreadableReason.Truncated or UnreadableReason.Empty when isYoung =>
                new Ending.PutBack(patience, "it ends before its last pixel and may still be on its way"),
            UnreadableReason.Damaged when isYoung && TryAgain(image) is { } again => again,
            _ => SetAside(entry, fault),
        };
    }

    private Ending.SetAside SetAside(LedgerEntry entry, UnreadableImageException fault)
    {
        retries.Forget(entry.Id);
        return new Ending.SetAside(Word(fault.Reason), fault.Message);
    }

    /// <summary>Back into the inbox for a while, or null after the last attempt.</summary>
    private Ending? TryAgain(ClaimedImage image) =>
        UnixFile.Stat(image.Path) is { } stamp && retries.Next(image.Entry.Id, stamp) is { } backOff
            ? new Ending.PutBack(time.GetUtcNow() + backOff, $"it cannot be read now and is tried again in {backOff.TotalSeconds:0} s")
            : null;

    /// <summary>One file that cannot be read is the file's fault only where another one can be written and read.</summary>
    private bool DiskWorks()
    {
        var probe = Path.Combine(folders.Work, ".probe");
        try
        {
            File.WriteAllBytes(probe, [1]);
            var isSame = File.ReadAllBytes(probe) is [1];
            File.Delete(probe);
            return isSame;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private TimeSpan Grace(LedgerEntry entry) => options.SettingsOf(entry.Product).Inbox.TruncatedGrace;

    private static string Word(UnreadableReason reason) => reason switch
    {
        UnreadableReason.Empty => "empty",
        UnreadableReason.NotAnImage => "not_an_image",
        UnreadableReason.Truncated => "truncated",
        UnreadableReason.Damaged => "damaged",
        UnreadableReason.TooLarge => "too_large",
        UnreadableReason.TooSmall => "too_small",
        UnreadableReason.TooSlow => "too_slow",
        UnreadableReason.Unsupported => "unsupported",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
