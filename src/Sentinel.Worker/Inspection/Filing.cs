using Sentinel.Core.Detection;
using Sentinel.Core.Drift;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Inspection;

/// <summary>
/// The last station: records what was found, writes it down and files the original. Each verb is one step of the way, may be repeated after
/// a crash or a fault of the environment, and counts an image only when its row in the ledger is new.
/// </summary>
internal sealed partial class Filing(
    DataFolders folders, DataRootMark mark, SentinelOptions options, ImageLedger ledger, FilingPlan plan, ResultFiles results, Claims claims,
    SentinelMetrics metrics, TimeProvider time, ILogger<Filing> logger)
{
    /// <summary>Records the verdict. From here on it stands, whatever happens.</summary>
    /// <returns>The image as the ledger now has it: with its verdict, or still claimed when other work on the same content was
    /// faster.</returns>
    public LedgerEntry RecordVerdict(ImageInWork work)
    {
        var (entry, frame, examination) = (work.Entry, work.Frame!, work.Examination!);
        var finding = examination.Finding;
        var at = time.GetUtcNow();
        var (filed, report) = plan.ForVerdict(entry, finding.Verdict.ToString().ToLowerInvariant(), at);
        var verdict = new RecordedVerdict
        {
            Sha256 = work.Sha256!,
            Width = frame.Width,
            Height = frame.Height,
            Verdict = finding.Verdict,
            Score = finding.Score,
            Threshold = finding.Threshold,
            Ratio = finding.Ratio,
            PValue = finding.PValue,
            ModelVersion = examination.ModelVersion,
            Regions = finding.Regions,
            InspectedAt = at,
            ResultPath = report,
        };
        var notes = new VerdictNotes(InputMeasures.Of(frame), examination.Shadow);
        if (ledger.RecordVerdict(entry.Id, verdict, filed, notes, options.SettingsOf(entry.Product).Inbox.SameContent))
        {
            var anomalousArea = verdict.Regions.Sum(region => region.AreaPercent) / 100;
            metrics.ImageInspected(entry.Product, verdict.Verdict, verdict.Ratio, anomalousArea, at - entry.ReceivedAt, entry.Id);
            if (verdict.Verdict is Verdict.Anomalous)
            {
                var worst = verdict.Regions[0];
                Log.Anomalous(logger, entry.Product, entry.File, verdict.Ratio, worst.Width, worst.Height, worst.X, worst.Y, verdict.ResultPath);
            }
            else
            {
                Log.Inspected(logger, entry.File, entry.Product, verdict.Verdict, verdict.Ratio, verdict.ModelVersion);
            }
        }

        return Current(entry);
    }

    /// <summary>Records that the content has its verdict already.</summary>
    public LedgerEntry RecordDuplicate(ImageInWork work)
    {
        var at = time.GetUtcNow();
        var of = ledger.VerdictOn(work.Entry.Product, work.Sha256!)?.Id
            ?? throw new InvalidOperationException($"Image {work.Entry.Id} repeats content that has no verdict.");
        if (ledger.RecordDuplicate(work.Entry.Id, of, work.Sha256!, plan.ForDuplicate(work.Entry, at), at))
        {
            metrics.ImageDuplicate(work.Entry.Product);
            Log.Duplicate(logger, work.Entry.File, work.Entry.Product, of);
        }

        return Current(work.Entry);
    }

    /// <summary>Records that the image is set aside, and why.</summary>
    public LedgerEntry RecordFailure(ImageInWork work, string reason, string message)
    {
        var at = time.GetUtcNow();
        if (ledger.RecordFailure(work.Entry.Id, new Failure(reason, message, work.Sha256, at), plan.ForFailure(work.Entry, at)))
        {
            metrics.ImageFailed(work.Entry.Product, reason);
            Log.SetAside(logger, work.Entry.File, work.Entry.Product, reason, message);
        }

        return Current(work.Entry);
    }

    /// <summary>
    /// Writes result or reason files, then moves the original, then closes the row. A file that somebody wrote to since it was read is not
    /// the one the ledger tells of: it goes back into the inbox.
    /// </summary>
    /// <exception cref="IOException">The environment's fault: try again.</exception>
    public void PutAway(ImageInWork work, LedgerEntry entry)
    {
        for (; ; entry = Redirect(entry))
        {
            mark.Require();
            WriteDown(work, entry);
            if (work.Ending is Ending.Rewritten || IsTouched(work))
            {
                Log.Rewritten(logger, entry.File, entry.Product, entry.Id);
                claims.Return(work.Image);
            }

            if (IsGone(entry))
            {
                CloseWithoutOriginal(work, entry);
                return;
            }

            if (Move(entry))
            {
                break;
            }
        }

        ledger.MarkFiled(entry.Id, entry.FiledPath, time.GetUtcNow());
        claims.Leave(entry);
    }

    /// <summary>True when somebody still writes to a file of which nothing is recorded yet.</summary>
    public bool IsStillWritten(ImageInWork work) => IsTouched(work) && Current(work.Entry).State is ImageState.Claimed;

    /// <summary>Closes the row of a file that somebody took out of the work folder.</summary>
    public LedgerEntry GiveUp(ImageInWork work)
    {
        var entry = RecordFailure(work, "unreadable", "Somebody took the file out of the work folder before it was inspected.");
        ledger.MarkFiled(entry.Id, null, time.GetUtcNow());
        claims.Leave(entry);
        return entry;
    }

    /// <summary>True when somebody wrote to the file since it was read, or has it open to do so.</summary>
    private bool IsTouched(ImageInWork work) => work.Stamp is { } read && UnixFile.Stat(work.Image.Path) is { } now
        && (!now.IsUntouchedSince(read) || (options.SettingsOf(work.Entry.Product).Inbox.Ready is ReadySign.Quiet && OpenWriter.HasOpen(work.Image.Path)));

    /// <summary>Neither where it was in work nor where it was to go, while the folder is there.</summary>
    private bool IsGone(LedgerEntry entry) => UnixFile.Stat(claims.WorkPathOf(entry)) is null
        && UnixFile.Stat(Path.Combine(folders.Root, entry.FiledPath!)) is null && Directory.Exists(Path.Combine(folders.Work, entry.Product));

    /// <summary>What was recorded stands for what was read, although that is nowhere any more.</summary>
    private void CloseWithoutOriginal(ImageInWork work, LedgerEntry entry)
    {
        if (entry.Verdict is { } verdict)
        {
            results.Write(work, verdict, filedPath: null);
        }

        ledger.MarkFiled(entry.Id, null, time.GetUtcNow());
        claims.Leave(entry);
    }

    private void WriteDown(ImageInWork work, LedgerEntry entry)
    {
        if (entry.Verdict is { } verdict)
        {
            results.Write(work, verdict, entry.FiledPath!);
        }
        else if (entry.Failure is { } failure)
        {
            results.WriteReason(entry, failure, entry.FiledPath!);
        }
    }

    private bool Move(LedgerEntry entry)
    {
        var target = Path.Combine(folders.Root, entry.FiledPath!);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        try
        {
            return UnixFile.TryMove(claims.WorkPathOf(entry), target);
        }
        catch (FileNotFoundException) when (UnixFile.Stat(target) is not null)
        {
            return true; // Moved before, by an attempt that could not note it.
        }
    }

    /// <summary>Somebody put a file where the original was to go: another place, for it and for its results.</summary>
    private LedgerEntry Redirect(LedgerEntry entry)
    {
        var at = entry.Verdict?.InspectedAt ?? entry.Failure?.At ?? time.GetUtcNow();
        var (filed, report) = entry switch
        {
            { Verdict: { } verdict } => plan.ForVerdict(entry, verdict.Verdict.ToString().ToLowerInvariant(), at),
            { Failure: not null } => (plan.ForFailure(entry, at), null),
            _ => (plan.ForDuplicate(entry, at), (string?)null),
        };
        ledger.Redirect(entry.Id, filed, report);
        return Current(entry);
    }

    private LedgerEntry Current(LedgerEntry entry) =>
        ledger.Find(entry.Id) ?? throw new InvalidOperationException($"Image {entry.Id} is gone from the ledger while it is being filed.");

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Inspected {File} of {Product}: {Verdict}, {Ratio:F2} of the threshold (model {Version}).")]
        public static partial void Inspected(ILogger logger, string file, string product, Verdict verdict, double ratio, string version);

        [LoggerMessage(LogLevel.Warning, "Anomalous {Product}: {File}, {Ratio:F2} of the threshold, worst in {Width} x {Height} at {X}, {Y}; see {Result}.")]
        public static partial void Anomalous(
            ILogger logger, string product, string file, double ratio, int width, int height, int x, int y, string result);

        [LoggerMessage(LogLevel.Information, "{File} of {Product} repeats image {Id}, which has its verdict.")]
        public static partial void Duplicate(ILogger logger, string file, string product, string id);

        [LoggerMessage(LogLevel.Warning, "Somebody wrote to {File} of {Product} after it was read; what was recorded ({Id}) stands, and the file goes back into the inbox.")]
        public static partial void Rewritten(ILogger logger, string file, string product, string id);

        [LoggerMessage(LogLevel.Warning, "Set {File} of {Product} aside, {Reason}: {Message}")]
        public static partial void SetAside(ILogger logger, string file, string product, string reason, string message);
    }
}
