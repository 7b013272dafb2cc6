using System.Globalization;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Upkeep;

/// <summary>
/// Removes originals and their results that are over their limits. It deletes nothing but the very files that the ledger names, and only of
/// images that are filed: results first and the original last, so that after a crash the image is found again. The ledger's row stays.
/// </summary>
internal sealed partial class Retention(
    DataFolders folders, RemovalLedger ledger, SentinelOptions options, TimeProvider time, ILogger<Retention> logger)
{
    // Asking what is over its limits goes through all rows; noting what was removed is one small transaction.
    private const int Batch = 10_000, Noted = 200;

    /// <summary>Goes through all limits once.</summary>
    /// <exception cref="IOException">A file cannot be deleted; what was deleted before stays so.</exception>
    /// <exception cref="UnauthorizedAccessException">Files may not be deleted from a folder.</exception>
    public Removal Run(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var total = new Removal();
        foreach (var product in ledger.Products())
        {
            foreach (var (kind, limits) in LimitsOf(product))
            {
                if (limits.MaxAge > TimeSpan.Zero)
                {
                    total.Add(kind, Remove(() => ledger.OlderThan(product, kind, now - limits.MaxAge, Batch), cancel));
                }

                if (limits.MaxCount > 0 || limits.MaxBytes > 0)
                {
                    total.Add(kind, Remove(() => ledger.Over(product, kind, limits.MaxCount, limits.MaxBytes, Batch), cancel));
                }
            }
        }

        if (options.Storage.MaxBytes > 0)
        {
            total.Add("over all", Remove(() => ledger.OverAll(options.Storage.MaxBytes, Batch), cancel));
        }

        if (total.Images > 0)
        {
            Log.Removed(logger, total.Images, Bytes.Text(total.Bytes), total.Kinds);
        }

        return total;
    }

    private IEnumerable<(string Kind, RetentionLimits Limits)> LimitsOf(string product)
    {
        var retention = options.SettingsOf(product).Retention;
        return
        [
            ("failed", retention.Failed),
            ("duplicate", retention.Duplicate),
            ("normal", retention.Normal),
            ("suspect", retention.Suspect),
            ("anomalous", retention.Anomalous),
        ];
    }

    private (int Images, long Bytes) Remove(Func<IReadOnlyList<KeptImage>> next, CancellationToken cancel)
    {
        var (images, bytes) = (0, 0L);
        for (var batch = next(); batch.Count > 0; batch = next())
        {
            foreach (var part in batch.Chunk(Noted))
            {
                bytes += RemovePart(part, cancel);
                images += part.Length;
            }
        }

        return (images, bytes);
    }

    private long RemovePart(IReadOnlyList<KeptImage> part, CancellationToken cancel)
    {
        var (removed, bytes) = (new List<string>(), 0L);
        try
        {
            foreach (var image in part)
            {
                cancel.ThrowIfCancellationRequested();
                bytes += RemoveFiles(image);
                removed.Add(image.Id);
            }
        }
        finally
        {
            ledger.MarkRemoved(removed, time.GetUtcNow());
        }

        return bytes;
    }

    private long RemoveFiles(KeptImage image)
    {
        if (image.IsReplaced)
        {
            return 0;
        }

        if (UnixFile.Stat(Full(image.FiledPath)) is { } original && (original.Kind != FileKind.Regular || original.Bytes != image.Bytes))
        {
            Log.NotOurs(logger, image.FiledPath);
            return 0;
        }

        string[] results = image.ResultPath is { } report
            ? [FilingPlan.HeatmapOf(report), FilingPlan.DenoisedOf(report), report]
            : [FilingPlan.ReasonOf(image.FiledPath)];
        var bytes = results.Append(image.FiledPath).Sum(Delete);
        RemoveDayIfEmpty(image.FiledPath);
        RemoveDayIfEmpty(results[^1]);
        return bytes;
    }

    private long Delete(string relative)
    {
        var path = Full(relative);
        if (UnixFile.Stat(path) is not { Kind: FileKind.Regular } file)
        {
            return 0;
        }

        File.Delete(path);
        return file.Bytes;
    }

    /// <summary>Today's folder stays: images are on their way into it.</summary>
    private void RemoveDayIfEmpty(string file)
    {
        var day = Path.GetDirectoryName(Full(file))!;
        var today = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (string.CompareOrdinal(Path.GetFileName(day), today) < 0 && Directory.Exists(day) && !Directory.EnumerateFileSystemEntries(day).Any())
        {
            Directory.Delete(day);
        }
    }

    private string Full(string relative)
    {
        var path = Path.GetFullPath(Path.Combine(folders.Root, relative));
        return path.StartsWith(folders.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new InvalidOperationException($"The ledger names '{relative}', which lies outside of the data root.");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Retention removed {Images} originals with their results, {Bytes}: {Kinds}.")]
        public static partial void Removed(ILogger logger, int images, string bytes, string kinds);

        [LoggerMessage(LogLevel.Warning, "'{Path}' is left alone by retention: it is not the file that was filed there.")]
        public static partial void NotOurs(ILogger logger, string path);
    }
}

/// <summary>What one run of retention removed.</summary>
internal sealed class Removal
{
    private readonly List<string> _kinds = [];

    public int Images { get; private set; }

    /// <summary>Bytes of the originals and of their results.</summary>
    public long Bytes { get; private set; }

    /// <summary><c>12 normal, 3 over all</c>.</summary>
    public string Kinds => string.Join(", ", _kinds);

    public void Add(string kind, (int Images, long Bytes) removed)
    {
        Images += removed.Images;
        Bytes += removed.Bytes;
        if (removed.Images > 0)
        {
            _kinds.Add($"{removed.Images} {kind}");
        }
    }
}
