using System.Net.Http.Headers;
using BenchmarkDotNet.Attributes;
using Sentinel.Core.Detection;
using Sentinel.Worker;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Benchmarks;

/// <summary>
/// What being watched costs: recording one inspection while the exporter listens, and one scrape of 200 products each of which has all its
/// series, with something in every bucket.
/// </summary>
public class MetricsBenchmarks
{
    private const int Products = 200;

    private readonly string _data = Directory.CreateTempSubdirectory("sentinel-bench-").FullName;
    private readonly HttpClient _text = new();
    private readonly HttpClient _openMetrics = new();
    private readonly string _id = Guid.CreateVersion7().ToString();
    private WebApplication _host = null!;
    private SentinelMetrics _metrics = null!;
    private Uri _address = null!;

    [GlobalSetup]
    public async Task Start()
    {
        _host = SentinelHost.Build(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Sentinel:DataRoot"] = _data,
                ["Sentinel:Http:Urls"] = "http://127.0.0.1:0",
                ["Logging:LogLevel:Default"] = "Warning",
            })
            .Build());
        await _host.StartAsync();
        _address = new Uri(new Uri(_host.Urls.First()), "/metrics");
        _metrics = _host.Services.GetRequiredService<SentinelMetrics>();
        _openMetrics.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        for (var i = 0; i < Products; i++)
        {
            Fill($"product-{i:000}");
        }

        Console.WriteLine($"// Prometheus text: {await LengthAsync(_text):N0} bytes; OpenMetrics with exemplars: {await LengthAsync(_openMetrics):N0} bytes.");
    }

    [GlobalCleanup]
    public async Task Stop()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Benchmark(Description = "record one inspection (4 instruments)")]
    public void Record() => _metrics.ImageInspected("product-100", Verdict.Normal, 0.5, 0, TimeSpan.FromSeconds(0.3), _id);

    [Benchmark(Description = "record one step")]
    public void Step() => _metrics.StepTook("decode", TimeSpan.FromMilliseconds(12), _id);

    [Benchmark(Description = "scrape 200 products, Prometheus text")]
    public Task<long> Scrape() => LengthAsync(_text);

    [Benchmark(Description = "scrape 200 products, OpenMetrics with exemplars")]
    public Task<long> ScrapeOpenMetrics() => LengthAsync(_openMetrics);

    private async Task<long> LengthAsync(HttpClient client) => (await client.GetByteArrayAsync(_address)).LongLength;

    private void Fill(string product)
    {
        _metrics.InboxAvailable(product, true);
        _metrics.InboxHolds(product, 3, DateTimeOffset.UtcNow);
        _metrics.ModelTakenUp(product, "1", DateTimeOffset.UtcNow, 0.5);
        _metrics.ModelTakenUp(product, "2", DateTimeOffset.UtcNow, 0.5);
        _metrics.TrainingEnded(product, TrainingOutcomes.Trained, TimeSpan.FromMinutes(5));
        for (var bucket = 0; bucket < Buckets.Delay.Count; bucket++)
        {
            var (score, area) = (Buckets.Score[Math.Min(bucket, 11)], Buckets.Area[Math.Min(bucket, 11)]);
            _metrics.ImageInspected(product, (Verdict)(bucket % 3), score, area, TimeSpan.FromSeconds(Buckets.Delay[bucket]), Guid.CreateVersion7().ToString());
        }
    }
}
