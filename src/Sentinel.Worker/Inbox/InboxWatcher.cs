namespace Sentinel.Worker.Inbox;

/// <summary>
/// Wakes the scan early when something appears in the inbox. It is never trusted: without events, on a network share or after a watcher's
/// silent end (dotnet/runtime#133420), the next regular scan finds the same files.
/// </summary>
internal sealed partial class InboxWatcher(DataFolders folders, ILogger<InboxWatcher> logger) : IDisposable
{
    private readonly Dictionary<string, FileSystemWatcher> _watchers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wakeUp = new(0, 1);
    private readonly Lock _gate = new();
    private bool _isAwake;

    /// <summary>True when something happened since the last wait.</summary>
    public bool IsAwake => Volatile.Read(ref _isAwake);

    /// <summary>Watches the inbox's root and these product folders; stops watching all others.</summary>
    public void Watch(IEnumerable<string> productFolders)
    {
        var wanted = productFolders.Append(folders.Inbox).ToHashSet(StringComparer.Ordinal);
        lock (_gate)
        {
            foreach (var gone in _watchers.Keys.Where(folder => !wanted.Contains(folder)).ToList())
            {
                _watchers.Remove(gone, out var watcher);
                watcher!.Dispose();
            }

            foreach (var folder in wanted.Where(folder => !_watchers.ContainsKey(folder)))
            {
                Start(folder);
            }
        }
    }

    /// <summary>Returns when something happened, or after this time.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken stopping)
    {
        await _wakeUp.WaitAsync(longest, stopping);
        Volatile.Write(ref _isAwake, false);
    }

    public void Wake()
    {
        lock (_gate)
        {
            Volatile.Write(ref _isAwake, true);
            if (_wakeUp.CurrentCount == 0)
            {
                _wakeUp.Release();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers.Values)
            {
                watcher.Dispose();
            }

            _watchers.Clear();
        }
    }

    private void Start(string folder)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            // Not recursive: recursive watchers are the ones that die. Names only: writing into a file is seen by looking at it again.
            watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName };
            watcher.Created += (_, appeared) => Appeared(appeared.FullPath);
            watcher.Renamed += (_, appeared) => Appeared(appeared.FullPath);
            watcher.Error += (_, fault) => StartAgain(folder, fault.GetException());
            watcher.EnableRaisingEvents = true;
            _watchers[folder] = watcher;
            _refused.Remove(folder);
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or UnauthorizedAccessException)
        {
            watcher?.Dispose();
            if (_refused.Add(folder))
            {
                Log.CannotWatch(logger, folder, fault.Message);
            }
        }
    }

    private void Appeared(string path)
    {
        // A product folder that was removed and made again is another folder: the old watcher would listen to the dead one for ever.
        Drop(path);
        Wake();
    }

    private void StartAgain(string folder, Exception fault)
    {
        Log.WatcherFailed(logger, folder, fault.Message);
        Drop(folder);
        Wake();
    }

    /// <summary>Made anew by the scan that follows.</summary>
    private void Drop(string folder)
    {
        lock (_gate)
        {
            if (_watchers.Remove(folder, out var watcher))
            {
                watcher.Dispose();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "No events from {Folder}, so its files are found by scanning alone: {Fault}")]
        public static partial void CannotWatch(ILogger logger, string folder, string fault);

        [LoggerMessage(LogLevel.Warning, "The watcher on {Folder} failed and is made anew: {Fault}")]
        public static partial void WatcherFailed(ILogger logger, string folder, string fault);
    }
}
