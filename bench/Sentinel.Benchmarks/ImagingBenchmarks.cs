using BenchmarkDotNet.Attributes;
using Sentinel.Core.Imaging;

namespace Sentinel.Benchmarks;

/// <summary>What an image costs before and after the network: decoding, standardising, drawing the heatmap, writing it.</summary>
public class ImagingBenchmarks
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sentinel-bench-").FullName;
    private readonly Standardisation _rules = new() { Width = 256, Height = 256, Channels = 3 };
    private Frame _frame = null!;
    private string _path = null!;

    [Params(ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.Bmp)]
    public ImageFormat Format { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        _frame = Pictures.Colourful(1600, 1200);
        _path = Path.Combine(_folder, Format.ToString());
        File.WriteAllBytes(_path, ImageFile.Encode(_frame, Format));
    }

    [GlobalCleanup]
    public void Clear() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Description = "decode 1600 x 1200 colour")]
    public Frame Decode() => ImageFile.Read(_path, new ImageLimits());

    [Benchmark(Description = "standardise it to 256 x 256")]
    public StandardImage Standardise() => _rules.Standardise(_frame);
}
