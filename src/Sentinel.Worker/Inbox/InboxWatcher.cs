using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// Wakes the scan early when something appears in the inbox. It is never trusted: without events the next regular scan finds the same
/// files, and a canary shows from time to time whether events still arrive.
/// </summary>
internal sealed partial class InboxWatcher(DataFolders folders, SentinelMetrics metrics, ILogger<InboxWatcher> logger) : IDisposable
{
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wakeUp = new(0, 1);
    private readonly Lock _gate = new();
    private HashSet<string> _folders = new(StringComparer.Ordinal);
    private Dictionary<string, int> _watches = new(StringComparer.Ordinal);
    private HashSet<int> _silent = [];
    private Inotify? _inotify;
    private bool _isAwake;
    private bool _isDisposed;

    /// <summary>True when something happened since the last wait.</summary>
    public bool IsAwake => Volatile.Read(ref _isAwake);

    /// <summary>Where events come from at this moment.</summary>
    internal Inotify? Current => Volatile.Read(ref _inotify);

    /// <summary>Watches the inbox's root and these product folders, as they are now; stops watching all others.</summary>
    public void Watch(IEnumerable<string> productFolders)
    {
        lock (_gate)
        {
            _folders = productFolders.Append(folders.Inbox).ToHashSet(StringComparer.Ordinal);
            AddWatches();
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

    /// <summary>Makes and removes a hidden file in every watched folder that takes one.</summary>
    public void ReleaseCanaries()
    {
        List<string> watched;
        lock (_gate)
        {
            watched = [.. _watches.Keys];
            _silent = [.. _watches.Values];
        }

        foreach (var folder in watched.Where(folder => !Canary.TryReleaseIn(folder)))
        {
            // What cannot be written to proves nothing; that files cannot be taken out of it is reported by the scan.
            lock (_gate)
            {
                _silent.Remove(_watches.GetValueOrDefault(folder, -1));
            }
        }
    }

    /// <summary>Makes all watches anew when a canary that was released was not heard of.</summary>
    /// <returns>True when all were heard.</returns>
    public bool HeardCanaries()
    {
        lock (_gate)
        {
            // A folder that is not watched any more has no canary to be heard of.
            _silent.IntersectWith(_watches.Values);
            var silent = _watches.FirstOrDefault(watch => _silent.Contains(watch.Value)).Key;
            if (silent is not null)
            {
                Rebuild(WatcherFailures.Silent, $"A file made in '{silent}' was not noticed.");
            }

            return silent is null;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _inotify?.Dispose();
            _inotify = null;
        }
    }

    /// <summary>What an event means; called by inotify's thread.</summary>
    internal void Happened(Inotify source, InotifyEvent happened)
    {
        lock (_gate)
        {
            if (source != _inotify)
            {
                return; // The last words of one that was replaced.
            }

            if (happened.Events.HasFlag(InotifyEvents.Overflow))
            {
                Rebuild(WatcherFailures.Overflow, "More happened than could be told; the scan finds it.");
            }
            else if (Canary.Is(happened.Name))
            {
                _silent.Remove(happened.Watch);
            }
            else if (happened.Events.HasFlag(InotifyEvents.WatchEnded))
            {
                return; // Either it was asked for, or the folder's own end was told before.
            }
            else if (happened.Name.Length == 0 || !InboxNames.IsUnfinished(happened.Name))
            {
                Wake();
            }
        }
    }

    /// <summary>No more events come; called by inotify's thread.</summary>
    internal void Failed(Inotify source, string fault)
    {
        lock (_gate)
        {
            if (source == _inotify)
            {
                Rebuild(WatcherFailures.Error, fault);
            }
        }
    }

    private void Rebuild(string reason, string what)
    {
        metrics.WatcherRestarted(reason);
        Log.Rebuilt(logger, what);
        _inotify?.Dispose();
        _inotify = null;
        _watches.Clear();
        _silent.Clear();
        AddWatches();
        Wake();
    }

    /// <summary>
    /// Asks for every folder each time: the kernel gives the number it gave before, or another one when another folder lies there now. What came
    /// into a folder after it was read and before it was watched made no event, so a new watch wakes the next scan.
    /// </summary>
    private void AddWatches()
    {
        var watches = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var folder in _folders)
        {
            try
            {
                if (!_isDisposed)
                {
                    _inotify ??= Open();
                    watches[folder] = _inotify.Add(folder);
                    _refused.Remove(folder);
                }
            }
            catch (IOException fault)
            {
                if (_refused.Add(folder))
                {
                    Log.CannotWatch(logger, folder, fault.Message);
                }
            }
        }

        foreach (var ended in _watches.Values.Except(watches.Values))
        {
            _inotify?.Remove(ended);
        }

        if (watches.Values.Except(_watches.Values).Any())
        {
            Wake();
        }

        _watches = watches;
        _refused.IntersectWith(_folders);
    }

    private Inotify Open()
    {
        // It has nothing to tell before the first folder is added to it.
        Inotify? inotify = null;
        return inotify = new Inotify(happened => Happened(inotify!, happened), fault => Failed(inotify!, fault));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "No events from {Folder}, so its files are found by scanning alone: {Fault}")]
        public static partial void CannotWatch(ILogger logger, string folder, string fault);

        [LoggerMessage(LogLevel.Warning, "The watches on the inbox are made anew. {What}")]
        public static partial void Rebuilt(ILogger logger, string what);
    }
}
