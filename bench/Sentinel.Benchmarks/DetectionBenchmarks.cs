using BenchmarkDotNet.Attributes;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;

namespace Sentinel.Benchmarks;

/// <summary>What the network costs: one inspection and the encoder's part of it, one denoised copy, one training step. Time does not depend on what was learnt.</summary>
public class DetectionBenchmarks
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sentinel-bench-").FullName;
    private readonly TorchThread _torch = new();
    private readonly Frame _frame = Pictures.Grey(640, 480);
    private Detector _detector = null!;
    private TrainingStep _step = null!;
    private EncoderPass _encoder = null!;

    [GlobalSetup]
    public async Task Train()
    {
        var good = Directory.CreateDirectory(Path.Combine(_folder, "good")).FullName;
        for (var i = 0; i < 30; i++)
        {
            ImageFile.WritePng(Path.Combine(good, $"{i}.png"), Pictures.Grey(256, 256, i));
        }

        var registry = new ModelRegistry(Path.Combine(_folder, "models"));
        var plan = new TrainingPlan { Product = "bench", GoodFolder = good, Budget = TimeSpan.FromMinutes(10), Steps = 5 };
        var model = await new Trainer(registry, _torch).TrainAsync(plan, null, CancellationToken.None);
        _detector = await Detector.LoadAsync(registry.FolderOf("bench", model.Version), _torch);
        _step = new TrainingStep(plan, _torch);
        _encoder = new EncoderPass(_torch);
    }

    [GlobalCleanup]
    public void Clear()
    {
        _encoder.Dispose();
        _detector.Dispose();
        _torch.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Description = "inspect 640 x 480 grey (standardised to 256 x 256)")]
    public Inspection Inspect() => _detector.InspectAsync(_frame).GetAwaiter().GetResult();

    [Benchmark(Description = "the general encoder alone, 256 x 256 grey")]
    public int Encode() => _encoder.Take();

    [Benchmark(Description = "denoise 640 x 480 grey at its own size")]
    public Frame Denoise() => _detector.DenoiseAsync(_frame).GetAwaiter().GetResult();

    [Benchmark(Description = "one training step (16 crops of 128 x 128)")]
    public double Step() => _step.Take();
}
