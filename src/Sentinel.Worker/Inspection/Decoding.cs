using System.Security.Cryptography;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Inspection;

/// <summary>
/// From a claimed file to its pixels, or to the reason why not. The file is decoded after the claim, because only then the attempt can be
/// counted before the decoder sees it, and because nobody can replace it any more. A file that turns out unfinished goes back into the
/// inbox, where its sender looks for it.
/// </summary>
internal sealed class Decoding(ImageLedger ledger, SentinelOptions options, TimeProvider time)
{
    /// <summary>Starts of work on one image; one more start after this many crashes is not made.</summary>
    public const int MostAttempts = 2;

    /// <exception cref="IOException">The environment's fault: try again.</exception>
    public ImageInWork Decode(ClaimedImage image)
    {
        var work = new ImageInWork(image);
        var entry = image.Entry;
        if (entry.State is ImageState.Failed || entry.DuplicateOf is not null)
        {
            return work with { Ending = new Ending.AsRecorded() };
        }

        if (entry.Attempts >= MostAttempts)
        {
            return work with
            {
                Ending = entry.Verdict is not null
                    ? new Ending.AsRecorded()
                    : new Ending.SetAside("crashed", $"The process ended {entry.Attempts} times while it worked on this file."),
            };
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
    }

    private ImageInWork Read(ImageInWork work)
    {
        var start = time.GetTimestamp();
        var (entry, path) = (work.Entry, work.Image.Path);
        if (UnixFile.Stat(path) is not { } before)
        {
            return work with { Ending = VanishedFrom(path) };
        }

        if (before.Bytes <= options.Limits.MaxBytes)
        {
            work = work with { Sha256 = Hash(path) };
            if (entry.Verdict is null && ledger.VerdictOn(entry.Product, work.Sha256) is not null)
            {
                return work with { Ending = new Ending.Duplicate() };
            }
        }

        ledger.BeginAttempt(entry.Id);
        try
        {
            work = work with { Frame = ImageFile.Read(path, options.Limits) };
        }
        catch (UnreadableImageException) when (entry.Verdict is not null)
        {
            return work with { Ending = new Ending.AsRecorded() };
        }
        catch (UnreadableImageException fault)
        {
            return work with { Ending = EndOf(entry, before, fault) };
        }

        return UnixFile.Stat(path) is { } after && after.HasContentOf(before)
            ? work with { DecodeTook = time.GetElapsedTime(start) }
            : work with { Frame = null, Ending = new Ending.PutBack(time.GetUtcNow(), "somebody still writes to it") };
    }

    /// <summary>A file that is missing was taken by somebody; when its product's work folder is missing too, the disk is.</summary>
    private static Ending.Vanished VanishedFrom(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(path)!)!;
        return Directory.Exists(folder) ? new Ending.Vanished() : throw new IOException($"The work folder '{folder}' is not there.");
    }

    private Ending EndOf(LedgerEntry entry, FileStamp stamp, UnreadableImageException fault)
    {
        var now = time.GetUtcNow();
        // A clock that runs ahead of ours must not keep a file waiting for ever: then the claim's own time counts.
        var lastWrite = stamp.ModifiedAt <= now ? stamp.ModifiedAt : entry.ReceivedAt;
        var patience = lastWrite + Grace(entry);
        return fault.Reason is UnreadableReason.Truncated or UnreadableReason.Empty && now < patience
            ? new Ending.PutBack(patience, "it ends before its last pixel and may still be on its way")
            : new Ending.SetAside(Word(fault.Reason), fault.Message);
    }

    private TimeSpan Grace(LedgerEntry entry) => options.SettingsOf(entry.Product).Inbox.TruncatedGrace;

    private static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string Word(UnreadableReason reason) => reason switch
    {
        UnreadableReason.Empty => "empty",
        UnreadableReason.NotAnImage => "not_an_image",
        UnreadableReason.Truncated => "truncated",
        UnreadableReason.Damaged => "damaged",
        UnreadableReason.TooLarge => "too_large",
        UnreadableReason.TooSmall => "too_small",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
