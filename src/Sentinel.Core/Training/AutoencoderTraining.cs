using System.Diagnostics;
using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using Sentinel.Core.Training.Corruption;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>
/// Teaches a <see cref="DenoisingAutoencoder"/> to repair and denoise, for as long as it is given: Adam with one cosine over the time budget,
/// absolute error, and the running mean of the weights as the result.
/// </summary>
internal sealed class AutoencoderTraining(DenoisingAutoencoder network, IReadOnlyList<GoodPicture> pictures, int channels, int seed)
{
    private const int BatchSize = 16;
    private const int CropSize = 128;
    private const double PeakRate = 2e-3;
    private const double Averaging = 0.99;

    private readonly Corruptor _corruptor = new();

    public long Steps { get; private set; }

    public double Loss { get; private set; } = double.NaN;

    public double SamplesPerSecond { get; private set; }

    /// <param name="budget">Time to train for, more than none.</param>
    /// <param name="steps">Ends the training sooner, and makes it independent of the clock.</param>
    /// <param name="onStep">Called after every step.</param>
    /// <param name="cancel">Ends the training with <see cref="OperationCanceledException"/>.</param>
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
            Step(optimizer, Rate(used), random, generator);
            Average(averages);
            Steps++;
            SamplesPerSecond = Steps * BatchSize / clock.Elapsed.TotalSeconds;
            onStep?.Invoke();
        }

        Adopt(averages);
        network.eval();
    }

    private double Rate(double used) => PeakRate * Math.Min(1, (Steps + 1) / 20.0) * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, used))));

    private void Step(optim.Optimizer optimizer, double rate, Random random, Generator generator)
    {
        using var scope = NewDisposeScope();
        var batch = SampleBatch.Draw(pictures, channels, _corruptor, BatchSize, CropSize, random, generator);
        var (repaired, denoised) = network.call(batch.Corrupted);
        var loss = ((repaired - batch.Repaired).abs() * batch.Weight).mean() + ((denoised - batch.Denoised).abs() * batch.Weight).mean();
        loss.backward();
        optimizer.Step(rate);
        var value = loss.item<float>();
        Loss = double.IsNaN(Loss) ? value : 0.98 * Loss + 0.02 * value;
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
