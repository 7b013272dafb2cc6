using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <summary>What is true of each product at this moment, read when Prometheus scrapes.</summary>
internal sealed class ProductGauges
{
    private readonly ConcurrentDictionary<string, State> _products = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Product, string Version), bool> _models = [];
    private readonly ConcurrentDictionary<(string Product, string Signal), double> _drift = [];

    public ProductGauges(Meter meter)
    {
        meter.CreateObservableGauge(
            "sentinel_inbox_files",
            () => _products.Select(p => new Measurement<int>(p.Value.Waiting, Product(p.Key), new("state", "waiting"))),
            null,
            "Files in the inbox.");
        Observe(
            meter,
            "sentinel_inbox_oldest_file_timestamp_seconds",
            "s",
            "When the oldest waiting file arrived; 0 when none waits.",
            s => Seconds(s.OldestWaiting) ?? 0);
        Observe(meter, "sentinel_model_trained_timestamp_seconds", "s", "When the model in use was trained.", s => Seconds(s.ModelTrained));
        Observe(meter, "sentinel_model_threshold", null, "Threshold of the model in use, in the unit of its scores.", s => s.Threshold);
        Observe(meter, "sentinel_training_last_success_timestamp_seconds", "s", "When a training last published a model.", s => Seconds(s.LastTrained));
        Observe(meter, "sentinel_training_progress_ratio", null, "How far the running training is; 0 when none runs.", s => s.TrainingProgress);

        Observe(meter, "sentinel_review_pending", null, "Flagged images that no person has judged yet.", s => s.ReviewsPending);
        meter.CreateObservableGauge(
            "sentinel_drift_score_ratio",
            () => _drift.Select(d => new Measurement<double>(d.Value, Product(d.Key.Product), new("signal", d.Key.Signal))),
            null,
            "Distance from what the model learnt over the distance that counts as drift, by signal; 1 is the line.");

        // The exporter keeps every series it has once seen, so a version that was replaced is told apart by 0.
        meter.CreateObservableGauge(
            "sentinel_model_info",
            () => _models.Select(m => new Measurement<int>(m.Value ? 1 : 0, Product(m.Key.Product), new("version", m.Key.Version))),
            null,
            "1 for the model in use; 0 for one that was in use before.");
    }

    /// <returns>False when the product was known already.</returns>
    public bool Know(string product)
    {
        if (!_products.TryAdd(product, new State()))
        {
            return false;
        }

        foreach (var signal in DriftSignals.All)
        {
            _drift.TryAdd((product, signal), 0);
        }

        return true;
    }

    public void Drift(string product, string signal, double ratio) => _drift[(product, signal)] = ratio;

    public State? Of(string product) => _products.GetValueOrDefault(product);

    public void Update(string product, Func<State, State> change) =>
        _products.AddOrUpdate(product, _ => change(new State()), (_, state) => change(state));

    public void TakeUp(string product, string version, DateTimeOffset trainedAt, double threshold)
    {
        foreach (var earlier in _models.Keys.Where(m => m.Product == product))
        {
            _models[earlier] = false;
        }

        _models[(product, version)] = true;
        Update(product, known => known with { ModelTrained = trainedAt, Threshold = threshold, LastTrained = known.LastTrained ?? trainedAt });
    }

    private static double? Seconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds() / 1000.0;

    private static KeyValuePair<string, object?> Product(string product) => new("product", product);

    private void Observe(Meter meter, string name, string? unit, string description, Func<State, double?> value) =>
        meter.CreateObservableGauge(name, () => Values(value), unit, description);

    private IEnumerable<Measurement<double>> Values(Func<State, double?> value)
    {
        foreach (var (product, state) in _products)
        {
            if (value(state) is { } number)
            {
                yield return new Measurement<double>(number, Product(product));
            }
        }
    }

    public sealed record State
    {
        public int Waiting { get; init; }

        public DateTimeOffset? OldestWaiting { get; init; }

        public DateTimeOffset? ModelTrained { get; init; }

        public double? Threshold { get; init; }

        public DateTimeOffset? LastTrained { get; init; }

        public double TrainingProgress { get; init; }

        public long ReviewsPending { get; init; }
    }
}
