using System.Globalization;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Pretrain;

/// <summary>
/// A classifier's training that can be interrupted at any time: its whole state (weights, momentum, running statistics, elapsed time and step)
/// goes into one file, and what the next step does depends on nothing else.
/// </summary>
internal sealed class Pretraining
{
    private const string MomentumPrefix = "momentum.";

    private static readonly string[] _ofThePlan = ["seed", "batchSize", "judge"];

    private readonly PretrainingPlan _plan;
    private readonly LabelledImages _images;
    private readonly int[] _shows;
    private readonly TimeProvider _time;
    private readonly NesterovDescent _descent;
    private TimeSpan _elapsed;
    private long _step;
    private double _loss = double.NaN;
    private double _peak = Schedule.RateToLearn;
    private long _epoch = -1;
    private int[] _order = [];

    public Pretraining(PretrainingPlan plan, LabelledImages images, TimeProvider time)
    {
        (_plan, _images, _time) = (plan, images, time);
        _shows = [.. images.Pictures.Index().SelectMany(entry => Enumerable.Repeat(entry.Index, entry.Item.Shows))];
        using var generator = new Generator((ulong)plan.Seed);
        Network = new ClassifierNetwork(images.Classes.Count, plan.Width, generator) { Precision = plan.Precision.ToScalarType() };
        _descent = new NesterovDescent(Network.named_parameters());
    }

    public ClassifierNetwork Network { get; }

    public TimeSpan Elapsed => _elapsed;

    public long Step => _step;

    private long StepsPerEpoch => Math.Max(1, _shows.Length / _plan.BatchSize);

    /// <summary>Trains until the budget is used.</summary>
    /// <param name="onStep">Called after every step, with the training at rest: the place to save it.</param>
    /// <param name="cancel">Ends the training after the step it is at, with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidDataException">The training diverged.</exception>
    public void Run(Action<PretrainingProgress> onStep, CancellationToken cancel)
    {
        var (before, start, firstStep) = (_elapsed, _time.GetTimestamp(), _step);
        Network.train();
        while (_elapsed < _plan.Budget)
        {
            cancel.ThrowIfCancellationRequested();
            Advance(_elapsed / _plan.Budget);
            _elapsed = before + _time.GetElapsedTime(start);
            var pace = (_step - firstStep) * _plan.BatchSize / Math.Max(1e-3, (_elapsed - before).TotalSeconds);
            onStep(new PretrainingProgress(_elapsed, _step, _step * _plan.BatchSize, _loss, pace));
        }

        Network.eval();
    }

    /// <summary>Share of pictures whose class is found, 0..1.</summary>
    public double Accuracy(LabelledImages images)
    {
        using var noGradient = no_grad();
        Network.eval();
        var right = 0L;
        for (var first = 0; first < images.Pictures.Count; first += _plan.BatchSize)
        {
            using var scope = NewDisposeScope();
            var some = images.Pictures.Skip(first).Take(_plan.BatchSize).ToList();
            var shown = some.SelectMany(picture => Window.Middle(picture).Cut(Schedule.LargestPicture, grey: false).Samples).ToArray();
            var found = Network.call(tensor(shown, [some.Count, 3, Schedule.LargestPicture, Schedule.LargestPicture])).argmax(1);
            right += found.eq(tensor(some.Select(picture => (long)picture.Label).ToArray())).sum().item<long>();
        }

        return (double)right / images.Pictures.Count;
    }

    /// <summary>Writes the whole state beside its place and renames it, so that a crash leaves the old one or the new one.</summary>
    public void Save(string path)
    {
        var temporary = path + ".tmp";
        using (var stream = File.Create(temporary))
        {
            using var scope = NewDisposeScope();
            TensorFile.Write(stream, State(), Facts(), StoredAs.Single);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <exception cref="InvalidDataException">It is damaged, or the state of another plan.</exception>
    public void Resume(string path)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (saved, facts) = TensorFile.Read(File.ReadAllBytes(path));
        foreach (var (name, own) in Facts().Where(fact => _ofThePlan.Contains(fact.Key)))
        {
            if (facts.GetValueOrDefault(name) is var other && other != own)
            {
                throw new InvalidDataException($"'{path}' is the state of another training: {name} {other ?? "not known"} instead of {own}.");
            }
        }

        foreach (var (name, tensor) in State())
        {
            if (!saved.TryGetValue(name, out var value) || !value.shape.SequenceEqual(tensor.shape))
            {
                throw new InvalidDataException($"'{path}' is the state of another network: '{name}' differs.");
            }

            tensor.copy_(value);
        }

        _elapsed = TimeSpan.FromTicks(long.Parse(facts["elapsedTicks"], CultureInfo.InvariantCulture));
        _peak = double.Parse(facts["peakRate"], CultureInfo.InvariantCulture);
        _step = long.Parse(facts["step"], CultureInfo.InvariantCulture);
        _loss = double.Parse(facts["loss"], CultureInfo.InvariantCulture);
    }

    /// <summary>Takes over the weights of another training's state, where this network has the same.</summary>
    /// <returns>What begins anew.</returns>
    /// <exception cref="InvalidDataException">It is no such state.</exception>
    public IReadOnlyList<string> StartFrom(string path)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (saved, _) = TensorFile.Read(File.ReadAllBytes(path));
        var (same, other) = (new List<string>(), new List<string>());
        foreach (var (name, tensor) in State().Where(entry => !entry.Key.StartsWith(MomentumPrefix, StringComparison.Ordinal)))
        {
            var fits = saved.TryGetValue(name, out var value) && value.shape.SequenceEqual(tensor.shape);
            (fits ? same : other).Add(name);
            if (fits)
            {
                tensor.copy_(value!);
            }
        }

        _peak = Schedule.RateToGoOn;
        return same.Count > 0 ? other : throw new InvalidDataException($"'{path}' is not the state of a training of an encoder.");
    }

    private void Advance(double used)
    {
        using var scope = NewDisposeScope();
        var random = new Random(unchecked(_plan.Seed * 7_919 + (int)_step));
        var batch = TrainingBatch.Draw(_images, Chosen(), Schedule.PictureSize(used), random, _plan.Judge > 0);
        var (classes, foreign) = Network.See(batch.Images);
        var loss = functional.cross_entropy(classes, batch.Labels, label_smoothing: 0.1)
            + functional.binary_cross_entropy_with_logits(foreign, batch.Foreign) * _plan.Judge;
        Network.zero_grad();
        loss.backward();
        _descent.Step(Schedule.LearningRate(used, _peak));
        _step++;
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new InvalidDataException($"The training diverged at step {_step}. Go on from the last saved state, or begin with another seed.");
        }

        _loss = double.IsNaN(_loss) ? value : 0.98 * _loss + 0.02 * value;
    }

    /// <summary>The pictures of this step: every epoch shows each picture once, in an order of its own.</summary>
    private IReadOnlyList<int> Chosen()
    {
        var (epoch, within) = (_step / StepsPerEpoch, (int)(_step % StepsPerEpoch));
        if (epoch != _epoch)
        {
            _order = [.. _shows];
            new Random(unchecked(_plan.Seed * 1_000_003 + (int)epoch)).Shuffle(_order);
            _epoch = epoch;
        }

        return new ArraySegment<int>(_order, within * _plan.BatchSize, Math.Min(_plan.BatchSize, _order.Length));
    }

    private Dictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>();
        foreach (var (name, parameter) in Network.named_parameters())
        {
            state[name] = parameter;
        }

        foreach (var (name, buffer) in Network.named_buffers().Where(b => b.buffer.dtype == ScalarType.Float32))
        {
            state[name] = buffer;
        }

        foreach (var (name, momentum) in _descent.Momenta)
        {
            state[MomentumPrefix + name] = momentum;
        }

        return state;
    }

    private Dictionary<string, string> Facts() => new()
    {
        ["seed"] = _plan.Seed.ToString(CultureInfo.InvariantCulture),
        ["batchSize"] = _plan.BatchSize.ToString(CultureInfo.InvariantCulture),
        ["judge"] = _plan.Judge.ToString("R", CultureInfo.InvariantCulture),
        ["elapsedTicks"] = _elapsed.Ticks.ToString(CultureInfo.InvariantCulture),
        ["peakRate"] = _peak.ToString("R", CultureInfo.InvariantCulture),
        ["step"] = _step.ToString(CultureInfo.InvariantCulture),
        ["loss"] = _loss.ToString("R", CultureInfo.InvariantCulture),
    };
}
