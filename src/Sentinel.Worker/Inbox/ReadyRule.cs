namespace Sentinel.Worker.Inbox;

/// <summary>
/// The quiet rule: a file is ready when its size and time stood still for a while under our own eyes. Clocks of cameras and file servers
/// are not asked, only whether anything changed between two looks; nor is ours, which may be set meanwhile, but the time that passes. Its
/// calls may come from any thread.
/// </summary>
internal sealed class ReadyRule(TimeProvider time)
{
    private readonly Dictionary<string, Watch> _watched = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _round;

    /// <summary>Looks at a file once more.</summary>
    /// <returns>How long it has to stand still before it is ready; zero when it is.</returns>
    public TimeSpan Look(InboxFile file, TimeSpan quietPeriod)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (!_watched.TryGetValue(file.Path, out var watch) || !watch.Stamp.HasContentOf(file.Stamp))
            {
                watch = new Watch(file.Stamp, now, TimeSpan.Zero);
            }

            _watched[file.Path] = watch with { Round = _round };
            var wait = (quietPeriod > watch.Hold ? quietPeriod : watch.Hold) - time.GetElapsedTime(watch.Since, now);
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>Not before this time by the clock, unless somebody writes to the file.</summary>
    public void Hold(InboxFile file, DateTimeOffset until) => Hold(file, until - time.GetUtcNow());

    /// <summary>Not before this much time has passed, unless somebody writes to the file.</summary>
    public void Hold(InboxFile file, TimeSpan wait)
    {
        lock (_gate)
        {
            _watched[file.Path] = new Watch(file.Stamp, time.GetTimestamp(), wait) { Round = _round };
        }
    }

    /// <summary>Forgets what was not looked at since the last call: taken, withdrawn, or too far back in the queue to be watched.</summary>
    public void ForgetUnseen()
    {
        lock (_gate)
        {
            foreach (var (path, watch) in _watched)
            {
                if (watch.Round != _round)
                {
                    _watched.Remove(path);
                }
            }

            _round++;
        }
    }

    private sealed record Watch(FileStamp Stamp, long Since, TimeSpan Hold)
    {
        public int Round { get; init; }
    }
}
