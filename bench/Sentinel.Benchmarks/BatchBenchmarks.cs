using BenchmarkDotNet.Attributes;
using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Torch;
using TorchSharp;

namespace Sentinel.Benchmarks;

/// <summary>Whether the networks take less time for eight images at once than for eight one after the other: 288 x 224 grey, as inspection gives them.</summary>
public class BatchBenchmarks
{
    private const int Images = 8;

    private readonly TorchThread _torch = new();
    private GeneralEncoder _encoder = null!;
    private DenoisingAutoencoder _autoencoder = null!;
    private torch.Tensor _batch = null!;

    [GlobalSetup]
    public void Load() => _torch.Run(() =>
    {
        _encoder = GeneralEncoder.Load();
        _autoencoder = new DenoisingAutoencoder(1);
        _autoencoder.eval();
        _batch = torch.rand(Images, 1, 224, 288).DetachFromDisposeScope();
        return true;
    });

    [Benchmark(Baseline = true, Description = "8 images one by one")]
    public bool OneByOne() => _torch.Run(() =>
    {
        for (var i = 0; i < Images; i++)
        {
            Look(_batch.narrow(0, i, 1));
        }

        return true;
    });

    [Benchmark(Description = "8 images as one batch")]
    public bool Together() => _torch.Run(() =>
    {
        Look(_batch);
        return true;
    });

    [GlobalCleanup]
    public void Clear()
    {
        _torch.Run(() =>
        {
            _batch.Dispose();
            _autoencoder.Dispose();
            _encoder.Dispose();
            return true;
        });
        _torch.Dispose();
    }

    private void Look(torch.Tensor images)
    {
        using var inference = torch.inference_mode();
        using var scope = torch.NewDisposeScope();
        _encoder.Features(Core.Detection.Look.Half.Shrink(images));
        _encoder.Features(Core.Detection.Look.Full.Shrink(images));
        _autoencoder.call(images);
    }
}
