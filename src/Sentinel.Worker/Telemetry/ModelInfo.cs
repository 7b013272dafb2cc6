using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <summary>
/// Which model is in use for each product. The exporter keeps every series it has once seen, unless its meter is gone: so each model has a
/// meter of its own, which stays for one model longer than the model is in use. A product has two series at most: its model with 1, and the
/// one before with 0.
/// </summary>
internal sealed class ModelInfo(IMeterFactory meters) : IDisposable
{
    public const string Name = "sentinel_model_info";

    private readonly Dictionary<string, Stack> _products = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public void TakeUp(string product, string version)
    {
        lock (_gate)
        {
            var known = _products.GetValueOrDefault(product);
            if (known?.Now.Version == version)
            {
                return;
            }

            known?.Before?.Dispose();
            if (known is not null)
            {
                known.Now.IsInUse = false;
            }

            _products[product] = new Stack(new Series(meters, product, version), known?.Now);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var product in _products.Values)
            {
                product.Now.Dispose();
                product.Before?.Dispose();
            }

            _products.Clear();
        }
    }

    private sealed record Stack(Series Now, Series? Before);

    private sealed class Series : IDisposable
    {
        // Not one of the factory's: those cannot be disposed one by one.
        private readonly Meter _meter;
        private volatile bool _isInUse = true;

        public Series(IMeterFactory meters, string product, string version)
        {
            Version = version;
            _meter = new Meter(new MeterOptions(SentinelMetrics.MeterName) { Scope = meters, Tags = [new("model", $"{product}/{version}")] });
            _meter.CreateObservableGauge(
                Name,
                () => new Measurement<int>(_isInUse ? 1 : 0, new("product", product), new("version", version)),
                null,
                "1 for the model in use; 0 for the one that was in use before it.");
        }

        public string Version { get; }

        public bool IsInUse
        {
            set => _isInUse = value;
        }

        public void Dispose() => _meter.Dispose();
    }
}
