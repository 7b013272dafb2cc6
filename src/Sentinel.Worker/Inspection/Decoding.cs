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
    /// <summary>Everything before the first pixel: the file's hash, whether it is to be decoded at all, and how large it says it is.</summary>
    /// <exception cref="IOException">The environment's fault: try again.</exception>
    public ImageInWork Announce(ClaimedImage image)
    {
        var work = new ImageInWork(image);
        var entry = image.Entry;
        if (entry.State is ImageState.Failed || entry.DuplicateOf is not null)
        {
            return work with { Ending = new Ending.AsRecorded() };
        }

        return EndOf(image.Trial, entry) is { } end ? work with { Ending = end } : Guarded(Guarded(work, Identify), ReadHeader);
    }

    /// <summary>From there to the pixels.</summary>
    /// <exception cref="IOException">The environment's fault: try again.</exception>
    public ImageInWork Decode(ImageInWork announced) => Guarded(announced, ReadPixels);

    private ImageInWork Guarded(ImageInWork work, Func<ImageInWork, ImageInWork> step)
    {
        if (work.Ending is not null)
        {
            return work;
        }

        var start = time.GetTimestamp();
        var done = EndingWhereItFails(work, step);
        return done with { DecodeTook = work.DecodeTook + time.GetElapsedTime(start) };
    }

    private ImageInWork EndingWhereItFails(ImageInWork work, Func<ImageInWork, ImageInWork> step)
    {
        try
        {
            return step(work);
        }
        catch (UnreadableImageException) when (work.Entry.Verdict is not null)
        {
            return work with { Ending = new Ending.AsRecorded() };
        }
        catch (UnreadableImageException fault)
        {
            return work with { Ending = EndOf(work, fault) };
        }
        catch (UnauthorizedAccessException)
        {
            return work with { Ending = new Ending.PutBack(time.GetUtcNow() + Grace(work.Entry), "it may not be read") };
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return work with { Ending = VanishedFrom(work.Image.Path) };
        }
        catch (IOException fault) when (DiskWorks())
        {
            return work with { Ending = TryAgain(work.Image) ?? new Ending.SetAside("unreadable", $"The disk cannot give the file: {fault.Message}") };
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

    private ImageInWork Identify(ImageInWork work)
    {
        var (entry, path) = (work.Entry, work.Image.Path);
        if (UnixFile.Stat(path) is not { } stamp)
        {
            return work with { Ending = VanishedFrom(path) };
        }

        if (stamp.Kind is not FileKind.Regular)
        {
            // It was a file when it was chosen; a link would lead out of the data root, and a pipe never end.
            return work with { Ending = new Ending.SetAside("not_an_image", $"It is no file but a {stamp.Kind}.") };
        }

        work = work with { Stamp = stamp };
        if (stamp.Bytes <= options.Limits.MaxBytes)
        {
            work = work with { Sha256 = ContentHash.Of(path) };
            if (entry.Verdict is { } verdict && verdict.Sha256 != work.Sha256)
            {
                return work with { Ending = new Ending.Rewritten() };
            }

            if (entry.Verdict is null && options.SettingsOf(entry.Product).Inbox.SameContent is SameContent.Skip && ledger.VerdictOn(entry.Product, work.Sha256) is not null)
            {
                return work with { Ending = new Ending.Duplicate() };
            }
        }

        return work;
    }

    private ImageInWork ReadHeader(ImageInWork work)
    {
        ledger.BeginAttempt(work.Entry.Id);
        var header = ImageFile.ReadHeader(work.Image.Path, options.Limits);
        var pages = options.SettingsOf(work.Entry.Product).Pages is PageChoice.Each ? header.Frames : 1;
        return work with { Announced = (long)header.Width * header.Height * pages };
    }

    private ImageInWork ReadPixels(ImageInWork work)
    {
        var pages = ImageFile.Read(work.Image.Path, options.Limits, options.SettingsOf(work.Entry.Product).Pages);
        retries.Forget(work.Entry.Id);
        return work with { Pages = pages };
    }

    /// <summary>A file that is missing was taken by somebody; when its product's work folder is missing too, the disk is.</summary>
    private static Ending.Vanished VanishedFrom(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(path)!)!;
        return Directory.Exists(folder) ? new Ending.Vanished() : throw new IOException($"The work folder '{folder}' is not there.");
    }

    private Ending EndOf(ImageInWork work, UnreadableImageException fault)
    {
        var (image, entry, stamp, now) = (work.Image, work.Entry, work.Stamp!.Value, time.GetUtcNow());
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

    /// <summary>The word in the ledger, which is also the one that is counted; an empty file is cut off before its first byte.</summary>
    internal static string Word(UnreadableReason reason) => reason switch
    {
        UnreadableReason.NotAnImage => "not_an_image",
        UnreadableReason.Truncated or UnreadableReason.Empty => "truncated",
        UnreadableReason.Damaged => "damaged",
        UnreadableReason.TooLarge => "too_large",
        UnreadableReason.TooSmall => "too_small",
        UnreadableReason.TooSlow => "too_slow",
        UnreadableReason.Unsupported => "unsupported",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
