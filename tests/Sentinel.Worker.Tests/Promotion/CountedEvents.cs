using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Tests.Promotion;

/// <summary>How often each event was counted and what each gauge shows, by metric and labels: <c>sentinel_promotions washer rejected</c>.</summary>
internal sealed class CountedEvents : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counted = [];
    private readonly Dictionary<string, double> _shown = [];

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
                var key = Key(instrument, labels);
                _counted[key] = _counted.GetValueOrDefault(key) + count;
            }
        });
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) =>
        {
            lock (_counted)
            {
                _shown[Key(instrument, labels)] = value;
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

    /// <summary>What a gauge shows now; 0 when it is not there.</summary>
    public double Shown(string key)
    {
        _listener.RecordObservableInstruments();
        lock (_counted)
        {
            return _shown.GetValueOrDefault(key);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static string Key(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        $"{instrument.Name} {string.Join(' ', labels.ToArray().Select(label => label.Value))}".TrimEnd();
}
