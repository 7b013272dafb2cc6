using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Endpoints;

public sealed class EndpointTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task The_host_makes_its_folders_and_is_alive_and_ready()
    {
        await using var host = await RunningHost.StartAsync(_data);

        (await host.Client.GetAsync("/healthz", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually.HoldsAsync(async () => (await host.Client.GetAsync("/readyz", Cancel)).IsSuccessStatusCode, "ready");
        foreach (var folder in new[] { "inbox", "good", "archive", "results", "failed", "models" })
        {
            Directory.Exists(_data[folder]).ShouldBeTrue(folder);
        }
    }

    [Fact]
    public async Task A_problem_of_one_part_makes_it_not_ready_and_says_which_until_it_is_solved()
    {
        await using var host = await RunningHost.StartAsync(_data);
        var readiness = host.Services.GetRequiredService<Readiness>();

        readiness.Report("storage", "The disk is full.");
        var answer = await host.Client.GetAsync("/readyz", Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var report = await answer.Content.ReadFromJsonAsync<HealthReport>(Cancel);
        report!.Problems["storage"].ShouldBe("The disk is full.");
        (await host.Client.GetAsync("/healthz", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);

        readiness.Report("storage", null);
        await Eventually.HoldsAsync(async () => (await host.Client.GetAsync("/readyz", Cancel)).IsSuccessStatusCode, "ready again");
    }

    [Fact]
    public async Task Products_are_listed_with_what_waits_and_when_they_are_trained()
    {
        _data.Images(3, "good", "tile");
        Directory.CreateDirectory(_data["inbox", "cookie"]);
        _data.Images(2, "inbox", "tile");
        await using var host = await RunningHost.StartAsync(_data, ("Sentinel:Products:tile:Training:Schedule", "0 30 4 1 1 ?"));
        ProductReport[]? products = null;
        await Eventually.HoldsAsync(
            async () => (products = await host.Client.GetFromJsonAsync<ProductReport[]>("/api/products", Cancel))!.Any(product => product.Waiting == 2),
            "the two images wait for a model");

        products!.Select(p => p.Name).ShouldBe(["cookie", "tile"]);
        var tile = products![1];
        tile.Model.ShouldBeNull();
        tile.Waiting.ShouldBe(2);
        var next = tile.NextTraining!.Value.ToLocalTime();
        (next.Month, next.Day, next.Hour, next.Minute).ShouldBe((1, 1, 4, 30));
    }

    public void Dispose() => _data.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
