using Sentinel.Core.Imaging;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Systemd;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Upkeep;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// Scans, chooses and claims. It runs no further ahead of inspection than the queue is long; everything else stays in the inbox.
/// </summary>
internal sealed partial class Intake(
    Lookout lookout, InboxWatcher watcher, ReadyRule ready, WaitingReasons reasons, Claims claims, StoragePatience storage,
    InspectionQueue queue, IExaminer examiner, SentinelOptions options, SentinelMetrics metrics, TimeProvider time, FreeSpaceFloor floor,
    Pulse pulse, ILogger<Intake> logger)
{
    /// <summary>
    /// Scanning may take one part in this many of the time, however many events come and however many files wait; more only where the
    /// regular interval asks for it, and never more than half.
    /// </summary>
    private const int ScanShare = 10;

    private static readonly TimeSpan _shortestHold = TimeSpan.FromMilliseconds(500);

    private readonly RepeatLimit _held = new(TimeSpan.FromMinutes(5), time);
    private HashSet<string> _products = new(StringComparer.Ordinal);
    private IReadOnlyList<ClaimedImage> _left = [];
    private readonly RepeatLimit _repeats = new(TimeSpan.FromHours(1), time);
    private string? _lastTurn;

    /// <summary>Takes up what an earlier run left claimed, then works until Sentinel stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        _left = await storage.UntilItWorksAsync("take up what was left claimed", claims.TakeUp, stopping);
        if (_left.Count > 0)
        {
            Log.ClaimsTakenUp(logger, _left.Count);
        }

        while (true)
        {
            await ContinueLeftAsync(stopping);
            var start = time.GetTimestamp();
            var scan = lookout.TryScan();
            var scanTook = time.GetElapsedTime(start);
            var earliest = Pause(scanTook);
            metrics.InboxScanned(scanTook);
            pulse.Scanned(lookout.Interval);

            var next = scan is null ? lookout.Interval : await TakeAsync(scan, earliest, stopping);
            await DelayAsync(earliest - time.GetElapsedTime(start), stopping);
            await watcher.WaitAsync(next > earliest ? next - earliest : TimeSpan.Zero, stopping);
        }
    }

    /// <summary>Reports what waits and why, and claims what is ready, in fair order.</summary>
    /// <param name="scan">What was found.</param>
    /// <param name="earliest">For so long claiming is not interrupted by a new scan.</param>
    /// <param name="stopping">Sentinel stops.</param>
    /// <returns>When to scan again if nothing happens before.</returns>
    internal async Task<TimeSpan> TakeAsync(InboxScan scan, TimeSpan earliest, CancellationToken stopping)
    {
        var start = time.GetTimestamp();
        var (readyFiles, next) = Choose(scan);
        foreach (var file in FairOrder.Interleave(readyFiles, _lastTurn))
        {
            _lastTurn = file.Product;
            await ClaimAsync(file, stopping);
            var took = time.GetElapsedTime(start);
            if (floor.IsBelow || (took > earliest && (watcher.IsAwake || took > lookout.Interval)))
            {
                // What has arrived since is to have its turn.
                return TimeSpan.Zero;
            }
        }

        return next;
    }

    /// <summary>
    /// Models are loaded after the start: what needs one waits for it, and is not put back, so that its attempts stay counted.
    /// </summary>
    private async Task ContinueLeftAsync(CancellationToken stopping)
    {
        foreach (var image in _left.Where(CanContinue).ToList())
        {
            await queue.AddAsync(image, stopping);
            _left = [.. _left.Where(other => other != image)];
        }
    }

    private bool CanContinue(ClaimedImage image) => image.Entry.State is ImageState.Failed || examiner.CanExamine(image.Entry.Product);

    private TimeSpan Pause(TimeSpan scanTook)
    {
        var fair = scanTook * ScanShare < lookout.Interval ? scanTook * ScanShare : lookout.Interval;
        return fair > scanTook ? fair : scanTook * 2;
    }

    private Task DelayAsync(TimeSpan delay, CancellationToken stopping) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, time, stopping) : Task.CompletedTask;

    private (List<IReadOnlyList<InboxFile>> Ready, TimeSpan Next) Choose(InboxScan scan)
    {
        var readyFiles = new List<IReadOnlyList<InboxFile>>();
        var next = lookout.Interval;
        foreach (var product in scan.Products)
        {
            metrics.InboxHolds(product.Name, product.Files, product.Oldest, product.Unreadable);
            reasons.Rights(product.Name, product.Unreadable, product.UnreadableExample);
            reasons.Folder(product.Name, product.Problem);
            var canExamine = examiner.CanExamine(product.Name);
            var isWaiting = product.Files > 0 || _left.Any(image => image.Entry.Product == product.Name);
            reasons.Model(product.Name, isMissing: isWaiting && !canExamine);
            var isOpen = canExamine && product.Problem is null && !floor.IsBelow;

            var settings = options.SettingsOf(product.Name).Inbox;
            var quietPeriod = settings.Ready is ReadySign.Quiet ? settings.QuietPeriod : TimeSpan.Zero;
            var readyOfProduct = new List<InboxFile>();
            foreach (var file in product.InOrder())
            {
                var wait = ready.Look(file, quietPeriod);
                if (wait > TimeSpan.Zero)
                {
                    next = isOpen && wait < next ? wait : next;
                }
                else if (isOpen)
                {
                    readyOfProduct.Add(file);
                }
            }

            readyFiles.Add(readyOfProduct);
        }

        ready.ForgetUnseen();
        ForgetProductsGone(scan);
        return (readyFiles, next);
    }

    private async Task ClaimAsync(InboxFile file, CancellationToken stopping)
    {
        try
        {
            if (IsBeingWritten(file) || IsOnItsWay(file))
            {
                return;
            }

            // Rights on one file are for its owner to give; the others go on meanwhile.
            var image = await storage.UntilItWorksAsync(
                $"claim '{file.Path}'", () => claims.Take(file), stopping,
                isEnvironment: fault => fault is not UnauthorizedAccessException);
            if (image is not null)
            {
                if (image.IsNew)
                {
                    metrics.ImageReceived(file.Product);
                }

                await queue.AddAsync(image, stopping);
            }
        }
        catch (UnauthorizedAccessException fault)
        {
            if (_repeats.TimesToSay($"take {file.Product}") is { } times)
            {
                Log.CannotTake(logger, file.Path, fault.Message, times);
            }

            ready.Hold(file, time.GetUtcNow() + options.SettingsOf(file.Product).Inbox.TruncatedGrace);
        }
    }

    /// <summary>A sender that pauses where the file could be decoded has not finished: it waits for as long as the sender has it open.</summary>
    private bool IsBeingWritten(InboxFile file)
    {
        var settings = options.SettingsOf(file.Product).Inbox;
        if (settings.Ready is not ReadySign.Quiet || !OpenWriter.HasOpen(file.Path))
        {
            return false;
        }

        ready.Hold(file, settings.QuietPeriod > _shortestHold ? settings.QuietPeriod : _shortestHold);
        if (_held.TimesToSay(file.Path) is not null)
        {
            Log.BeingWritten(logger, file.Name, file.Product);
        }

        return true;
    }

    /// <summary>
    /// Whether a file that stood still is young and has no end yet. It stays where its sender writes to it, and is looked at again when it
    /// changes or when its time is up.
    /// </summary>
    private bool IsOnItsWay(InboxFile file)
    {
        var settings = options.SettingsOf(file.Product).Inbox;
        var patience = file.Stamp.LastWrite(time.GetUtcNow()) + settings.TruncatedGrace;
        if (settings.Ready is not ReadySign.Quiet || patience <= time.GetUtcNow() || !IsCutOff(file))
        {
            return false;
        }

        ready.Hold(file, patience);
        if (_repeats.TimesToSay(file.Path) is not null)
        {
            Log.OnItsWay(logger, file.Name, file.Product);
        }

        return true;
    }

    private bool IsCutOff(InboxFile file)
    {
        try
        {
            // Pinned: whoever may write to the inbox could put a link or a pipe in its place between the look and the reading.
            using var pinned = PinnedFile.Open(file.Path);
            return pinned.IsRegular && ImageFile.IsCutOff(pinned.Path, options.Limits);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // Whoever reads it next meets the same fault, and judges it.
        }
    }

    private void ForgetProductsGone(InboxScan scan)
    {
        var products = scan.Products.Select(product => product.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _products.Except(products))
        {
            metrics.InboxHolds(gone, 0, null);
            reasons.Rights(gone, 0, null);
            reasons.Folder(gone, null);
            reasons.Model(gone, isMissing: false);
        }

        _products = products;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Taking up {Images} images that an earlier run had claimed.")]
        public static partial void ClaimsTakenUp(ILogger logger, int images);

        [LoggerMessage(LogLevel.Information, "{File} of {Product} waits in the inbox: it ends before its last pixel and may still be on its way.")]
        public static partial void OnItsWay(ILogger logger, string file, string product);

        [LoggerMessage(LogLevel.Information, "{File} of {Product} waits in the inbox: somebody has it open for writing.")]
        public static partial void BeingWritten(ILogger logger, string file, string product);

        [LoggerMessage(LogLevel.Warning, "{File} cannot be taken out of the inbox: {Fault} ({Times} times for files of its product)")]
        public static partial void CannotTake(ILogger logger, string file, string fault, int times);
    }
}
