using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Telemetry;

[Collection(nameof(MetricsTests))]
public sealed class OtlpTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task Traces_and_metrics_are_sent_where_a_collector_is_named()
    {
        var port = FreePort.Next();
        await using var collector = await HttpReceiver.StartAsync(port);
        var host = await RunningHost.StartAsync(
            _data, ("Sentinel:Otlp:Endpoint", $"http://127.0.0.1:{port}"), ("Sentinel:Otlp:Protocol", "http"));
        host.Services.GetRequiredService<SentinelMetrics>().ImageReceived("tile");
        InspectionTrace.Begin(Entry())!.End(null);

        await host.DisposeAsync(); // Which sends what is left.

        TextOf(collector, "/v1/traces").ShouldContain("sentinel.inspection.id");
        TextOf(collector, "/v1/metrics").ShouldContain("sentinel_images_received");
    }

    [Fact]
    public async Task Nobody_listens_to_traces_unless_told_to()
    {
        await using var host = await RunningHost.StartAsync(_data);

        InspectionTrace.Begin(Entry()).ShouldBeNull();
    }

    public void Dispose() => _data.Dispose();

    private static string TextOf(HttpReceiver collector, string path) =>
        string.Concat(collector.Taken.Where(request => request.Path == path).Select(request => Encoding.Latin1.GetString(request.Body)));

    private static LedgerEntry Entry() => new()
    {
        Id = "one",
        Product = "tile",
        File = "a.png",
        InboxPath = "inbox/tile/a.png",
        Bytes = 1,
        State = ImageState.Claimed,
        Attempts = 0,
        ReceivedAt = DateTimeOffset.UtcNow,
        ClaimedAt = DateTimeOffset.UtcNow,
    };
}
