using System.Security.Cryptography;
using Sentinel.Core.Detection;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Upkeep;

/// <summary>
/// People correct verdicts by moving images: from the archive into <c>good/&lt;product&gt;/</c>, and the alarm was false (or the verdict
/// normal is confirmed); from the archive into <c>defects/&lt;product&gt;/</c>, moved or copied, and the defect is confirmed, or was missed.
/// Images are recognised by their content. A copy in <c>good/</c> says nothing of a verdict: people fill that folder from other places.
/// </summary>
internal sealed partial class Corrections(
    DataFolders folders, ImageLedger images, ReviewLedger reviews, SentinelMetrics metrics, TimeProvider time, ILogger<Corrections> logger)
{
    /// <summary>Somebody may still write to a file that changed since.</summary>
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(2);

    /// <summary>Between two file systems a file is first copied and then removed: for so long a copy may become a move.</summary>
    private static readonly TimeSpan _longestMove = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (FileStamp Stamp, string Sha256)> _undecided = new(StringComparer.Ordinal);
    private Dictionary<string, ComparedFile>? _compared;

    /// <summary>Looks once at both folders; only files that are new or changed are read.</summary>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public void Look(CancellationToken cancel)
    {
        lock (_gate)
        {
            _compared ??= reviews.Compared();
            if (Directory.Exists(folders.Good) && Directory.Exists(folders.Defects) && Directory.Exists(folders.Archive))
            {
                Compare(CorrectionFiles.In(folders), _compared, cancel);
            }
        }
    }

    private void Compare(IEnumerable<CorrectionFile> files, Dictionary<string, ComparedFile> compared, CancellationToken cancel)
    {
        var gone = compared.Keys.ToHashSet(StringComparer.Ordinal);
        var plain = new List<ComparedFile>();
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            gone.Remove(file.Relative);
            if (compared.GetValueOrDefault(file.Relative) != file.ToCompared() && !IsBusy(file) && IsPlain(file, compared))
            {
                plain.Add(file.ToCompared());
                _undecided.Remove(file.Path);
            }
        }

        foreach (var batch in plain.Chunk(500))
        {
            reviews.MarkCompared(batch);
            Array.ForEach(batch, file => compared[file.Path] = file);
        }

        Forget(gone, compared);
    }

    private void Forget(HashSet<string> gone, Dictionary<string, ComparedFile> compared)
    {
        if (gone.Count > 0)
        {
            reviews.Forget([.. gone]);
        }

        foreach (var path in gone)
        {
            compared.Remove(path);
        }

        foreach (var path in _undecided.Keys.Where(path => UnixFile.Stat(path) is null).ToList())
        {
            _undecided.Remove(path);
        }
    }

    private bool IsBusy(CorrectionFile file) => (time.GetUtcNow() - file.Stamp.ChangedAt).Duration() < _quiet;

    /// <summary>Judges one file. False while it has to be looked at again, or once it is recorded as a correction.</summary>
    private bool IsPlain(CorrectionFile file, Dictionary<string, ComparedFile> compared)
    {
        if (!reviews.HasVerdictOnSize(file.Product, file.Stamp.Bytes))
        {
            return true;
        }

        if (HashOf(file) is not { } sha256)
        {
            return false;
        }

        if (images.VerdictOn(file.Product, sha256) is not { Verdict: { } verdict } image)
        {
            return true;
        }

        var movedFrom = reviews.OriginalsOf(file.Product, sha256)
            .FirstOrDefault(original => UnixFile.Stat(Path.Combine(folders.Root, original.FiledPath)) is null).Id;
        if (file.IsGood && movedFrom is null)
        {
            return time.GetUtcNow() - file.Stamp.ChangedAt > _longestMove;
        }

        Record(file, image, verdict, movedFrom);
        compared[file.Relative] = file.ToCompared();
        return false;
    }

    private void Record(CorrectionFile file, LedgerEntry image, RecordedVerdict verdict, string? movedFrom)
    {
        var outcome = (file.IsGood, verdict.Verdict is Verdict.Normal) switch
        {
            (true, false) => ReviewOutcomes.FalseAlarm,
            (false, true) => ReviewOutcomes.Missed,
            _ => ReviewOutcomes.Confirmed,
        };
        if (reviews.Record(image.Id, verdict, outcome, file.ToCompared(), movedFrom, time.GetUtcNow()))
        {
            metrics.VerdictReviewed(file.Product, outcome);
            Log.Reviewed(logger, file.Relative, verdict.Verdict, image.Id, outcome);
        }

        _undecided.Remove(file.Path);
    }

    /// <summary>Null when it cannot be read now, or somebody writes to it.</summary>
    private string? HashOf(CorrectionFile file)
    {
        if (_undecided.TryGetValue(file.Path, out var known) && known.Stamp.HasContentOf(file.Stamp))
        {
            return known.Sha256;
        }

        try
        {
            using var content = File.OpenRead(file.Path);
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
            if (UnixFile.Stat(file.Path) is not { } after || !after.HasContentOf(file.Stamp))
            {
                return null;
            }

            _undecided[file.Path] = (file.Stamp, sha256);
            return sha256;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            Log.CannotRead(logger, file.Relative, fault.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{File} says of the verdict '{Verdict}' on image {Id}: {Outcome}.")]
        public static partial void Reviewed(ILogger logger, string file, Verdict verdict, string id, string outcome);

        [LoggerMessage(LogLevel.Debug, "{File} cannot be compared with the ledger now: {Fault}")]
        public static partial void CannotRead(ILogger logger, string file, string fault);
    }
}
