using System.Diagnostics;
using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>
/// Teaches a <see cref="DenoisingAutoencoder"/> to repair and denoise, for as long as it is given: Adam with one cosine over the time budget,
/// absolute and squared error, and the running mean of the weights as the result.
/// </summary>
/// <param name="network">To be taught, from the weights that it has.</param>
/// <param name="draw">Makes what it learns from.</param>
/// <param name="seed">Of every random choice.</param>
/// <param name="peakRate">Adam's rate once it has risen: <see cref="RateToLearn"/> or <see cref="RateToTune"/>.</param>
/// <param name="precision">What convolutions compute in.</param>
internal sealed class AutoencoderTraining(
    DenoisingAutoencoder network, DrawSamples draw, int seed, double peakRate, Precision precision = Precision.Auto)
{
    /// <summary>For a network that has to find out what noise and boxes are.</summary>
    public const double RateToLearn = 1.5e-3;

    /// <summary>For one that knows, and is to find out what a product looks like: faster, it forgets more than it learns in a minute.</summary>
    public const double RateToTune = 5e-4;

    // Gradients are a third of this in a training that goes well; without a limit some trainings ended far off, for good.
    private const double LargestGradient = 0.2;
    // Absolute error asks for no change where a box is less than likely, so boxes are never begun with; squared error asks for a part of it.
    private const double Squared = 8;
    private const double Averaging = 0.99;

    private readonly StepGuard _guard = new("autoencoder", precision.ToScalarType());

    public long Steps { get; private set; }

    /// <summary>Steps among them that gave no finite numbers and changed nothing.</summary>
    public long SkippedSteps => _guard.Skipped;

    /// <summary>What the convolutions computed in at the end.</summary>
    public ScalarType Precision => _guard.Precision;

    /// <summary>Crops learnt from so far.</summary>
    public long Samples { get; private set; }

    public double Loss { get; private set; } = double.NaN;

    public double SamplesPerSecond { get; private set; }

    /// <param name="budget">Time to train for, more than none.</param>
    /// <param name="steps">Ends the training sooner, and makes it independent of the clock.</param>
    /// <param name="onStep">Called after every step.</param>
    /// <param name="cancel">Ends the training with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="MachineFaultException">The machine gives no finite numbers.</exception>
    public void Run(TimeSpan budget, long? steps, Action? onStep, CancellationToken cancel)
    {
        var random = new Random(seed);
        using var generator = new Generator((ulong)seed);
        using var optimizer = optim.Adam(network.parameters());
        var averages = network.parameters().Select(p => p.detach().clone().DetachFromDisposeScope()).ToList();
        var clock = Stopwatch.StartNew();
        network.train();
        for (var used = 0.0; used < 1; used = steps is { } most ? (double)Steps / most : clock.Elapsed / budget)
        {
            cancel.ThrowIfCancellationRequested();
            Step(optimizer, used, random, generator);
            Average(averages);
            Steps++;
            SamplesPerSecond = Samples / clock.Elapsed.TotalSeconds;
            onStep?.Invoke();
        }

        Adopt(averages);
        network.eval();
    }

    private double Rate(double used) => peakRate * Math.Min(1, (Steps + 1) / 20.0) * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, used))));

    private void Step(optim.Optimizer optimizer, double used, Random random, Generator generator)
    {
        using var scope = NewDisposeScope();
        network.Precision = _guard.Precision;
        var batch = draw(used, random, generator);
        Samples += batch.Corrupted.shape[0];
        var (repaired, denoised) = network.call(batch.Corrupted);
        var loss = Difference(repaired, batch.Repaired) + Difference(denoised, batch.Denoised);
        loss.backward();
        var gradient = nn.utils.clip_grad_norm_(network.parameters(), LargestGradient);
        var value = loss.item<float>();
        if (_guard.Take(optimizer, network.parameters(), value, gradient, Rate(used)))
        {
            Loss = double.IsNaN(Loss) ? value : 0.98 * Loss + 0.02 * value;
        }
    }

    private static Tensor Difference(Tensor found, Tensor wanted)
    {
        var difference = found - wanted;
        return difference.abs().mean() + (difference.square().mean() * Squared);
    }

    private void Average(List<Tensor> averages)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var keep = Math.Min(Averaging, (Steps + 1.0) / (Steps + 10.0));
        foreach (var (average, parameter) in averages.Zip(network.parameters()))
        {
            average.mul_(keep).add_(parameter, alpha: 1 - keep);
        }
    }

    private void Adopt(List<Tensor> averages)
    {
        using var noGradient = no_grad();
        foreach (var (average, parameter) in averages.Zip(network.parameters()))
        {
            parameter.copy_(average);
            average.Dispose();
        }
    }
}

/// <summary>Makes the next batch when this share of the time, 0..1, is used.</summary>
internal delegate SampleBatch DrawSamples(double used, Random random, Generator generator);
