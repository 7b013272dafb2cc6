namespace Sentinel.Worker.Systemd;

/// <summary>
/// What shows that work goes on: the scan turns, images in work pass from station to station, the scheduler fires. Each part reports what it
/// did; whether that was recent enough is judged here, and nothing is asked of a part that has nothing to do.
/// </summary>
internal sealed class Pulse
{
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(1);

    private readonly SentinelOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private long _scanned;
    private long _moved;
    private long _fired;
    private TimeSpan _interval;
    private int _inWork;

    public Pulse(SentinelOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        Excuse();
    }

    /// <summary>Images between the decoder and their place in the archive.</summary>
    public int InWork
    {
        get
        {
            lock (_gate)
            {
                return _inWork;
            }
        }
    }

    /// <summary>The inbox was looked at, and will be again after this interval at the latest.</summary>
    public void Scanned(TimeSpan interval) => Note(() => (_scanned, _interval) = (_time.GetTimestamp(), interval));

    /// <summary>An image came to the first station.</summary>
    public void Entered() => Note(() => (_moved, _inWork) = (_time.GetTimestamp(), _inWork + 1));

    /// <summary>An image passed a station.</summary>
    public void Moved() => Note(() => _moved = _time.GetTimestamp());

    /// <summary>An image left the last station.</summary>
    public void Left() => Note(() => (_moved, _inWork) = (_time.GetTimestamp(), _inWork - 1));

    /// <summary>The scheduler started a job on time, or has all its hands full.</summary>
    public void SchedulerFired() => Note(() => _fired = _time.GetTimestamp());

    /// <summary>Forgives what stood still until now: a disk was waited for, which is no hang.</summary>
    public void Excuse() => Note(() => _scanned = _moved = _fired = _time.GetTimestamp());

    /// <summary>What stands still and for how long, or null when everything moves.</summary>
    public string? Stalled()
    {
        lock (_gate)
        {
            var patience = _options.Watchdog.Patience;
            var (scan, move, fire) = (_time.GetElapsedTime(_scanned), _time.GetElapsedTime(_moved), _time.GetElapsedTime(_fired));
            if (_inWork > 0 && move > patience + _options.Limits.DecodeTime)
            {
                return Text($"inspection, with {_inWork} images in work,", move);
            }

            // While images move, the intake may be waiting for room in the queue.
            var intake = move < scan ? move : scan;
            if (intake > patience + (2 * _interval) + _slack)
            {
                return Text("the scan of the inbox", intake);
            }

            return fire > patience + (2 * SchedulerPulse.Interval) ? Text("the scheduler", fire) : null;
        }
    }

    private static string Text(string part, TimeSpan time) => $"{part} has stood still for {time.TotalSeconds:0} s";

    private void Note(Action change)
    {
        lock (_gate)
        {
            change();
        }
    }
}
