namespace Sentinel.Worker.Tests.Retraining;

[Collection(nameof(Telemetry.MetricsTests))]
public sealed class ScheduleTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task A_product_that_appears_while_the_host_runs_is_trained_by_its_own_schedule()
    {
        await using var host = await RunningHost.StartAsync(
            _data, ("Sentinel:Training:Schedule", "0 0 2 * * ?"), ("Sentinel:Products:tile:Training:Schedule", "* * * * * ?"));
        _data.Images(3, "good", "cookie"); // The first: whoever sees tile sees both.
        _data.Images(3, "good", "tile");

        // With three images there is nothing to train yet; that the schedule asked is what is seen here.
        await Eventually.HoldsAsync(async () => await SkippedAsync(host, "tile") >= 2, "the schedule of tile asked twice");
        (await SkippedAsync(host, "cookie")).ShouldBe(0);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_a_product_is_left_out_and_harms_nothing()
    {
        Directory.CreateDirectory(_data["good", "not a product!"]);
        _data.Images(3, "good", "tile");

        await using var host = await RunningHost.StartAsync(_data, ("Sentinel:Training:Schedule", "* * * * * ?"));

        await Eventually.HoldsAsync(async () => await SkippedAsync(host, "tile") >= 1, "the schedule of tile asked");
        (await host.Client.GetStringAsync("/api/products", TestContext.Current.CancellationToken)).ShouldNotContain("not a product");
    }

    public void Dispose() => _data.Dispose();

    private static async Task<int> SkippedAsync(RunningHost host, string product)
    {
        var metrics = await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        var start = $"sentinel_training_runs_total{{outcome=\"skipped\",product=\"{product}\"}} ";
        var line = metrics.Split('\n').SingleOrDefault(l => l.StartsWith(start, StringComparison.Ordinal));
        return line is null ? -1 : int.Parse(line[start.Length..].Split(' ')[0]);
    }
}
