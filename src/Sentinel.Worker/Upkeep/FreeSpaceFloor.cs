using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Upkeep;

/// <summary>
/// Keeps the disk from being filled to the last byte: below the floor nothing more is taken from the inbox, and it goes on by itself once
/// a tenth more than the floor is free. What is already claimed is finished, so leave room for it.
/// </summary>
internal sealed partial class FreeSpaceFloor(
    DataFolders folders, SentinelOptions options, Readiness readiness, SentinelMetrics metrics, ILogger<FreeSpaceFloor> logger)
{
    /// <summary>Its name in <c>/readyz</c>.</summary>
    public const string Part = "disk";

    private bool _isBelow;

    /// <summary>True while intake has to stand still.</summary>
    public bool IsBelow => Volatile.Read(ref _isBelow);

    /// <summary>Asks the file systems once more.</summary>
    public void Look()
    {
        try
        {
            Judge();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            readiness.Report(Part, $"The free space cannot be measured: {fault.Message}");
        }
    }

    private void Judge()
    {
        var floor = options.Storage.FreeSpaceFloor;
        metrics.StorageFloor(floor);
        var (scarcest, free) = Measure();
        var isBelow = floor > 0 && free < (IsBelow ? floor + (floor / 10) : floor);
        var reason = $"Only {Bytes.Text(free)} are free in '{scarcest}'; intake goes on by itself at {Bytes.Text(floor + (floor / 10))}.";
        if (isBelow != IsBelow)
        {
            Volatile.Write(ref _isBelow, isBelow);
            metrics.BelowFloor(isBelow);
            if (isBelow)
            {
                Log.BelowFloor(logger, reason);
            }
            else
            {
                Log.AboveFloor(logger, Bytes.Text(free));
            }
        }

        readiness.Report(Part, isBelow ? reason : null);
    }

    /// <summary>Folders may be mounts of their own; the fullest one counts. One that is missing is the scan's to report.</summary>
    private (string Folder, long Free) Measure()
    {
        var scarcest = (folders.Root, Free: long.MaxValue);
        foreach (var folder in folders.All.Prepend(folders.Root).Where(Directory.Exists))
        {
            var free = new DriveInfo(folder).AvailableFreeSpace;
            scarcest = free < scarcest.Free ? (folder, free) : scarcest;
            if (MeasuredFolders.Of(folders).Contains(folder))
            {
                metrics.StorageFree(Path.GetFileName(folder), free);
            }
        }

        return scarcest;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Intake is paused. {Reason}")]
        public static partial void BelowFloor(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "Intake goes on: {Free} are free.")]
        public static partial void AboveFloor(ILogger logger, string free);
    }
}
