using System.Net;
using System.Net.Http.Json;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Endpoints;

public sealed class TrainingEndpointTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_training_on_demand_is_taken_up_even_when_it_is_refused_in_the_end()
    {
        _data.Images(3, "good", "few");
        await using var host = await RunningHost.StartAsync(_data);
        await Eventually.HoldsAsync(
            async () => (await host.Client.PostAsync("/api/products/few/train", null, Cancel)).StatusCode is HttpStatusCode.Accepted, "the product is known");

        await Eventually.HoldsAsync(
            async () => (await host.Client.GetFromJsonAsync<ProductReport[]>("/api/products", Cancel))!.Single() is { LastOutcome: TrainingOutcomes.Refused, LastError: { } error }
                && error.Contains("holds 3 usable known-good images", StringComparison.Ordinal),
            "it is refused with the number of images",
            seconds: 60);
    }

    [Fact]
    public async Task Nobody_is_served_but_this_machine_and_no_web_page()
    {
        _data.Images(3, "good", "few");
        await using var host = await RunningHost.StartAsync(_data);
        using var fromPage = new HttpRequestMessage(HttpMethod.Post, "/api/products/few/train") { Headers = { { "Origin", "http://elsewhere.example" } } };

        (await host.Client.SendAsync(fromPage, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await host.Client.PostAsync("/api/products/unknown/train", null, Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    public void Dispose() => _data.Dispose();
}
