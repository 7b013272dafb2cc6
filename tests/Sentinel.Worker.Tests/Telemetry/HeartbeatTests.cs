using System.Globalization;
using Dapper;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Tests.Inspection;

namespace Sentinel.Worker.Tests.Telemetry;

[Collection(nameof(TrainedProduct))]
public sealed class HeartbeatTests(TrainedProduct trained) : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task A_generated_image_goes_the_whole_way_and_leaves_nothing_behind()
    {
        using var line = new Line(_root);
        var image = Draw();

        await line.InspectAsync(image.Claim);

        (await image.End).Problem.ShouldBeNull();
        _root.Files().ShouldBeEmpty();
        Rows(_root.Database).ShouldBe(0);
        foreach (var counter in new[] { "received", "inspected", "failed", "duplicate" })
        {
            line.Counted(counter).ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_product_that_cannot_be_inspected_has_no_heartbeat_and_says_why()
    {
        var examiner = new BrightnessExaminer { Without = { "tile" } };
        using var line = new Line(_root, examiner);
        var image = Draw();

        await line.InspectAsync(image.Claim);

        (await image.End).Problem.ShouldBe("its product has no model now");
        _root.Files().ShouldBeEmpty();
        Rows(_root.Database).ShouldBe(0);
    }

    [Fact]
    public async Task The_running_host_beats_with_no_image_of_production_once_a_generated_one_went_through()
    {
        trained.PublishTo(_data, "1");
        TrainedProduct.NameChampion(_data, "1");
        var hang = _data["hang"];
        await File.WriteAllTextAsync(hang, "", TestContext.Current.CancellationToken);
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        using var client = new HttpClient();
        using var host = new SentinelProcess(
            ["run", "--data", _data.Path], ("Sentinel__Http__Urls", address), ("Sentinel__Watchdog__HangWhile", hang), ("Sentinel__Watchdog__AllowHang", "true"));
        await Eventually.HoldsAsync(() => Directory.Exists(_data[".heartbeat", "tile"]), "the generated image", seconds: 60);
        var start = await BeatAsync();
        await Task.Delay(TimeSpan.FromSeconds(7), TestContext.Current.CancellationToken);
        (await BeatAsync()).ShouldBe(start, "the image hangs before the decoder");

        File.Delete(hang);
        await Eventually.HoldsAsync(async () => await BeatAsync() > start, "a heartbeat", seconds: 30);

        Rows(new LedgerDatabase(_data["sentinel.db"], TimeSpan.FromSeconds(5))).ShouldBe(0);
        Directory.EnumerateFiles(_data.Path, "heartbeat*", SearchOption.AllDirectories).ShouldBeEmpty();

        async Task<double> BeatAsync() => double.Parse(
            (await client.GetStringAsync($"{address}/metrics", TestContext.Current.CancellationToken)).Split('\n')
                .Single(line => line.StartsWith("sentinel_heartbeat_timestamp_seconds{} ", StringComparison.Ordinal)).Split(' ')[1],
            CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _root.Dispose();
        _data.Dispose();
    }

    private HeartbeatImage Draw() =>
        HeartbeatImage.Draw(Path.Combine(_root.Folders.Root, ".heartbeat"), "tile", new ImageLimits(), _root.Time.GetUtcNow());

    private static long Rows(LedgerDatabase database) => database.Read(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM images"));
}
