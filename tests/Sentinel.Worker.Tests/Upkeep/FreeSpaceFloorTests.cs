using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Tests.Inspection;
using Sentinel.Worker.Tests.Telemetry;

namespace Sentinel.Worker.Tests.Upkeep;

[Collection(nameof(MetricsTests))]
public sealed class FreeSpaceFloorTests : IDisposable
{
    private readonly DataRoot _root = new();

    private long Free => new DriveInfo(_root.Folders.Root).AvailableFreeSpace;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Below_the_floor_nothing_is_taken_from_the_inbox_and_above_it_intake_goes_on_by_itself()
    {
        using var line = new Line(_root, configure: options => options.Storage.FreeSpaceFloor = Free * 2);
        line.Floor.Look();
        _root.Drop("tile/a.png", Line.Picture(10));

        var looks = 0;
        await line.RunUntilAsync(() =>
        {
            // For a second of scans it has to stay where it is.
            if (++looks == 50)
            {
                _root.Files("inbox").ShouldHaveSingleItem();
                _root.Readiness.Problems["disk"].ShouldContain("are free in");
                line.Options.Storage.FreeSpaceFloor = 1;
                line.Floor.Look();
            }

            return _root.Files("archive").Count == 1;
        });

        looks.ShouldBeGreaterThanOrEqualTo(50);
        _root.Readiness.Problems.ShouldNotContainKey("disk");
        _root.Log.All.Count(l => l.Contains("Intake is paused. Only ", StringComparison.Ordinal)).ShouldBe(1);
        _root.Log.All.ShouldContain(l => l.StartsWith("Information: Intake goes on: ", StringComparison.Ordinal));
    }

    [Fact]
    public void It_goes_on_only_when_a_tenth_more_than_the_floor_is_free()
    {
        using var line = new Line(_root, configure: options => options.Storage.FreeSpaceFloor = Free * 2);
        line.Floor.Look();
        line.Floor.IsBelow.ShouldBeTrue();

        line.Options.Storage.FreeSpaceFloor = (long)(Free * 0.95);
        line.Floor.Look();
        line.Floor.IsBelow.ShouldBeTrue();

        line.Options.Storage.FreeSpaceFloor = (long)(Free * 0.8);
        line.Floor.Look();
        line.Floor.IsBelow.ShouldBeFalse();
        line.Options.Storage.FreeSpaceFloor = (long)(Free * 0.95);
        line.Floor.Look();
        line.Floor.IsBelow.ShouldBeFalse();
    }

    [Fact]
    public void Without_a_floor_intake_never_pauses()
    {
        using var line = new Line(_root, configure: options => options.Storage.FreeSpaceFloor = 0);

        line.Floor.Look();

        line.Floor.IsBelow.ShouldBeFalse();
        _root.Readiness.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_running_host_says_so_in_readyz_and_metrics_and_measures_its_folders()
    {
        using var data = new TemporaryFolder();
        data.Images(3, "archive", "tile");
        var archived = Directory.GetFiles(data["archive", "tile"]).Sum(file => new FileInfo(file).Length);

        await using var host = await RunningHost.StartAsync(data, ("Sentinel:Storage:FreeSpaceFloor", $"{Free * 2}"));

        using var ready = await host.Client.GetAsync("/readyz", TestContext.Current.CancellationToken);
        (await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("are free in");
        await Eventually.HoldsAsync(
            async () => (await MetricsAsync(host)).Contains($"sentinel_storage_used_bytes{{folder=\"archive\"}} {archived}"), "the archive is measured");
        var metrics = await MetricsAsync(host);
        metrics.ShouldContain("sentinel_intake_paused{} 1");
        foreach (var folder in new[] { "archive", "results", "failed", "models", "inbox" })
        {
            metrics.ShouldContain(line => line.StartsWith($"sentinel_storage_free_bytes{{folder=\"{folder}\"}} ", StringComparison.Ordinal));
        }
    }

    private static async Task<string[]> MetricsAsync(RunningHost host) =>
        [.. (await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n').Select(l => string.Join(' ', l.Split(' ').Take(2)))];
}
