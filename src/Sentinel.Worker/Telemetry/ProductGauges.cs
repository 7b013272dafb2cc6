using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <summary>What is true of each product at this moment, read when Prometheus scrapes.</summary>
internal sealed class ProductGauges
{
    private readonly ConcurrentDictionary<string, State> _products = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Product, string Signal), double> _drift = [];

    public ProductGauges(Meter meter)
    {
        meter.CreateObservableGauge(
            "sentinel_inbox_files",
            () => _products.SelectMany(p => new Measurement<double>[]
            {
                new(p.Value.Waiting, Product(p.Key), new("state", "waiting")),
                new(p.Value.Claimed, Product(p.Key), new("state", "claimed")),
            }),
            null,
            "Files that have no end yet: waiting in the inbox, or claimed and in work.");
        Observe(meter, "sentinel_inbox_unreadable_files", null, "Waiting files that Sentinel may not read.", s => s.Unreadable);
        Observe(
            meter, "sentinel_inbox_oldest_file_timestamp_seconds", "s", "When the oldest waiting file arrived; 0 when none waits.", s => s.OldestWaiting);
        Observe(meter, "sentinel_model_trained_timestamp_seconds", "s", "When the model in use was trained.", s => s.ModelTrained);
        Observe(meter, "sentinel_model_threshold", null, "Threshold of the model in use, in the unit of its scores.", s => s.Threshold);
        Observe(meter, "sentinel_model_convolutions_wrong_in_bfloat16", null, "Kinds of convolution that are wrong in bfloat16 on the machine that trained the model in use.", s => s.WrongConvolutions);
        Observe(meter, "sentinel_training_last_success_timestamp_seconds", "s", "When a training last made a model, whether it came into use or not.", s => s.LastTrained);
        Observe(
            meter, "sentinel_training_last_skip_timestamp_seconds", "s",
            "When a scheduled training was last left out, for want of new images or by a pause; 0 before.", s => s.LastSkip);
        Observe(meter, "sentinel_training_interval_seconds", "s", "Longest time between two trainings that the schedule promises.", s => s.Interval);
        Observe(meter, "sentinel_challengers_rejected", null, "Models rejected in a row since one last came into use.", s => s.Rejected);
        Observe(meter, "sentinel_training_progress_ratio", null, "How far the running training is; 0 when none runs.", s => s.TrainingProgress);
        Observe(meter, "sentinel_training_step", null, "Optimiser steps of the running training; 0 when none runs.", s => s.TrainingStep);
        Observe(meter, "sentinel_training_loss", null, "Smoothed loss of the running training; 0 when none runs.", s => s.TrainingLoss);
        Observe(meter, "sentinel_training_images_per_second", null, "Speed of the running training; 0 when none runs.", s => s.TrainingSpeed);
        Observe(meter, "sentinel_training_remaining_seconds", "s", "Estimated time to the end of the running training; 0 when none runs.", s => s.TrainingRemaining);
        meter.CreateObservableGauge(
            "sentinel_training_images", TrainingImages, null, "Known-good images of the last training, by whether they were used or left out.");
        Observe(meter, "sentinel_review_pending", null, "Flagged images that no person has judged yet.", s => s.ReviewsPending);
        meter.CreateObservableGauge(
            "sentinel_drift_score_ratio",
            () => _drift.Select(d => new Measurement<double>(d.Value, Product(d.Key.Product), new("signal", d.Key.Signal))),
            null,
            "Distance from what the model learnt over the distance that counts as drift, by signal; 1 is the line.");
    }

    public static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    /// <returns>False when the product was known already.</returns>
    public bool Know(string product)
    {
        if (_products.ContainsKey(product) || !_products.TryAdd(product, new State()))
        {
            return false;
        }

        foreach (var signal in DriftSignals.All)
        {
            _drift.TryAdd((product, signal), 0);
        }

        return true;
    }

    public State? Of(string product) => _products.GetValueOrDefault(product);

    public void Drift(string product, string signal, double ratio) => _drift[(product, signal)] = ratio;

    private static KeyValuePair<string, object?> Product(string product) => new("product", product);

    private void Observe(Meter meter, string name, string? unit, string description, Func<State, double> value) =>
        meter.CreateObservableGauge(name, () => Values(value), unit, description);

    private IEnumerable<Measurement<double>> TrainingImages()
    {
        foreach (var (product, state) in _products.Where(known => !double.IsNaN(known.Value.ImagesUsed)))
        {
            yield return new Measurement<double>(state.ImagesUsed, Product(product), new("state", "used"));
            yield return new Measurement<double>(state.ImagesLeftOut, Product(product), new("state", "left_out"));
        }
    }

    private IEnumerable<Measurement<double>> Values(Func<State, double> value)
    {
        foreach (var (product, state) in _products)
        {
            if (value(state) is var number && !double.IsNaN(number))
            {
                yield return new Measurement<double>(number, Product(product));
            }
        }
    }

    /// <summary>Written in place, so that an event costs no memory; each value is read by itself. NaN is not shown.</summary>
    public sealed class State
    {
        private int _claimed;

        public double Waiting { get; set; }

        /// <summary>Files taken out of the inbox, and not yet at their end.</summary>
        public int Claimed => Volatile.Read(ref _claimed);

        public double Unreadable { get; set; }

        public double OldestWaiting { get; set; }

        public double ModelTrained { get; set; } = double.NaN;

        public double Threshold { get; set; } = double.NaN;

        public double WrongConvolutions { get; set; }

        public double LastTrained { get; set; } = double.NaN;

        public double LastSkip { get; set; }

        public double Interval { get; set; } = double.NaN;

        public double Rejected { get; set; }

        public double TrainingProgress { get; set; }

        public double TrainingStep { get; set; }

        public double TrainingLoss { get; set; }

        public double TrainingSpeed { get; set; }

        public double TrainingRemaining { get; set; }

        public double ImagesLeftOut { get; set; }

        public double ImagesUsed { get; set; } = double.NaN;

        public double ReviewsPending { get; set; }

        /// <summary>0 before the first.</summary>
        public double LastInspection { get; set; }

        public void ClaimsChanged(int by) => Interlocked.Add(ref _claimed, by);
    }
}
