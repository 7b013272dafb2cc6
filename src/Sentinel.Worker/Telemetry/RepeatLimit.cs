namespace Sentinel.Worker.Telemetry;

/// <summary>Keeps a log readable while the same thing happens again and again: the first time it is said, then once in a while.</summary>
internal sealed class RepeatLimit(TimeSpan interval, TimeProvider time)
{
    private const int MostRemembered = 1000;

    private readonly Dictionary<string, (DateTimeOffset Said, int HeldBack)> _said = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>How often <paramref name="what"/> happened since it was last said, this time included; null when it is not to be said now.</summary>
    public int? TimesToSay(string what)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var known = _said.TryGetValue(what, out var last);
            if (known && now - last.Said < interval)
            {
                _said[what] = last with { HeldBack = last.HeldBack + 1 };
                return null;
            }

            if (_said.Count >= MostRemembered)
            {
                _said.Clear();
            }

            _said[what] = (now, 0);
            return last.HeldBack + 1;
        }
    }

    /// <summary>It is over: the next time is a first time.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _said.Clear();
        }
    }
}
