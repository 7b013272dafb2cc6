using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Tests.Promotion;

/// <summary>How often each event was counted, by metric and labels: <c>sentinel_promotions washer rejected</c>.</summary>
internal sealed class CountedEvents : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counted = [];

    public CountedEvents(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, labels, _) =>
        {
            lock (_counted)
            {
                var key = $"{instrument.Name} {string.Join(' ', labels.ToArray().Select(label => label.Value))}".TrimEnd();
                _counted[key] = _counted.GetValueOrDefault(key) + count;
            }
        });
        _listener.Start();
    }

    public long Of(string key)
    {
        lock (_counted)
        {
            return _counted.GetValueOrDefault(key);
        }
    }

    public void Dispose() => _listener.Dispose();
}
