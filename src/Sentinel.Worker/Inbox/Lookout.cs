using Sentinel.Core;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// Looks into the inbox and says how soon to look again. An inbox that cannot be read is unavailable, which is seen in <c>/readyz</c>, the
/// log and a metric; it is never taken for an empty one.
/// </summary>
internal sealed partial class Lookout(
    InboxScanner scanner, InboxWatcher watcher, DataFolders folders, SentinelOptions options, Readiness readiness, SentinelMetrics metrics,
    ILogger<Lookout> logger, Func<string, string?>? networkName = null)
{
    private readonly Func<string, string?> _networkName = networkName ?? FileSystemKind.NetworkName;

    private HashSet<string> _products = new([ProductName.Default], StringComparer.Ordinal);
    private string? _network;

    /// <summary>Time between two scans.</summary>
    public TimeSpan Interval => _network is null ? options.Inbox.ScanInterval : options.Inbox.NetworkScanInterval;

    /// <summary>What waits, or null when the inbox is unavailable.</summary>
    public InboxScan? TryScan()
    {
        try
        {
            var scan = scanner.Scan();
            NoteNetwork(_networkName(folders.Inbox));
            watcher.Watch(scan.Products.SelectMany(product => product.Folders));
            readiness.Report("inbox", null);
            NoteAvailable(scan);
            return scan;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            if (!readiness.Problems.ContainsKey("inbox"))
            {
                Log.Unavailable(logger, fault.Message);
            }

            readiness.Report("inbox", fault.Message);
            foreach (var product in _products)
            {
                metrics.InboxAvailable(product, false);
            }

            return null;
        }
    }

    private void NoteAvailable(InboxScan scan)
    {
        var there = scan.Products.ToDictionary(product => product.Name, product => product.Problem is null, StringComparer.Ordinal);
        there.TryAdd(ProductName.Default, true);
        foreach (var (product, isAvailable) in there)
        {
            metrics.InboxAvailable(product, isAvailable);
        }

        foreach (var gone in _products.Where(product => !there.ContainsKey(product)))
        {
            metrics.InboxAvailable(gone, false);
        }

        _products = [.. there.Keys];
    }

    private void NoteNetwork(string? network)
    {
        if (network != _network && network is not null)
        {
            Log.Polling(logger, network, options.Inbox.NetworkScanInterval);
        }

        _network = network;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The inbox is unavailable: {Fault}")]
        public static partial void Unavailable(ILogger logger, string fault);

        [LoggerMessage(LogLevel.Information, "The inbox lies on {Network}, where changes by other machines make no events; it is scanned every {Interval}.")]
        public static partial void Polling(ILogger logger, string network, TimeSpan interval);
    }
}
