using System.Net;

namespace Sentinel.Worker.Tests.Systemd;

[Collection(nameof(TrainedProduct))]
public sealed class SupervisionTests(TrainedProduct trained) : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly NotifySocket _systemd = new();

    [Fact]
    public async Task Systemd_hears_that_it_is_ready_alive_and_what_it_does_until_inspection_hangs()
    {
        trained.PublishTo(_data, "1");
        var flag = _data["hang"];
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        using var sentinel = _systemd.Start(
            TimeSpan.FromSeconds(1.5),
            "run", "--data", _data.Path, "--set", $"Http:Urls={address}", "--set", "Inbox:Ready=rename", "--set", "Inbox:ScanInterval=00:00:00.5",
            "--set", "Watchdog:Patience=00:00:01", "--set", "Limits:DecodeTime=00:00:01", "--set", $"Watchdog:HangWhile={flag}", "--set", "Watchdog:AllowHang=true");

        await Eventually.HoldsAsync(() => _systemd.Count("READY=1") == 1, "READY=1");
        await Eventually.HoldsAsync(() => _systemd.Heard(line => line.StartsWith("STATUS=", StringComparison.Ordinal) && line.Contains("tile model 1")), "a status");
        await Eventually.HoldsAsync(() => _systemd.Count("WATCHDOG=1") >= 5, "signs of life");
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        (await client.GetAsync("/healthz", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await File.WriteAllTextAsync(flag, "", TestContext.Current.CancellationToken);
        Drop(1);

        await Eventually.HoldsAsync(() => _systemd.Heard(line => line.StartsWith("STATUS=Not ready: watchdog: inspection, with ", StringComparison.Ordinal)), "the hang", seconds: 60); // A heartbeat image may hang beside it.
        var signs = _systemd.Count("WATCHDOG=1");
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        _systemd.Count("WATCHDOG=1").ShouldBe(signs);
        (await client.GetAsync("/healthz", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        File.Delete(flag);
        await Eventually.HoldsAsync(() => _systemd.Count("WATCHDOG=1") > signs, "signs of life again");
        await Eventually.HoldsAsync(() => Files("archive").Any(), "the verdict");
    }

    [Fact]
    public async Task It_stops_within_20_seconds_with_work_in_hand_and_loses_nothing()
    {
        const int count = 60;
        trained.PublishTo(_data, "1");
        string[] run = ["run", "--data", _data.Path, "--set", $"Http:Urls=http://127.0.0.1:{FreePort.Next()}", "--set", "Inbox:Ready=rename"];
        using (var sentinel = _systemd.Start(TimeSpan.FromMinutes(1), run))
        {
            await Eventually.HoldsAsync(() => _systemd.Heard(line => line.Contains("tile model 1")), "the model");
            Drop(count);
            await Eventually.HoldsAsync(() => Files("archive").Any() && Files(".work").Any(), "work in hand");

            sentinel.Signal("TERM");
            (await sentinel.EndAsync(seconds: 20)).ShouldBe(0);
            _systemd.Count("STOPPING=1").ShouldBe(1);
        }

        Files("inbox").ShouldNotBeEmpty("it was to stop in the middle");
        (Files("inbox").Count() + Files(".work").Count() + Files("archive").Count()).ShouldBe(count);
        using var again = new SentinelProcess(run);
        await Eventually.HoldsAsync(() => Files("archive").Count() == count, "all verdicts", seconds: 60);
    }

    public void Dispose()
    {
        _systemd.Dispose();
        _data.Dispose();
    }

    private IEnumerable<string> Files(string folder) => Directory.Exists(_data[folder])
        ? Directory.EnumerateFiles(_data[folder], "*.png", SearchOption.AllDirectories)
        : [];

    private void Drop(int count)
    {
        var images = _data.Images(count, "images");
        Directory.CreateDirectory(_data["inbox", "tile"]);
        foreach (var path in Directory.EnumerateFiles(images))
        {
            File.Move(path, _data["inbox", "tile", Path.GetFileName(path)]);
        }
    }
}
