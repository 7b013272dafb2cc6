using System.Diagnostics.Metrics;
using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Tests.Inspection;

namespace Sentinel.Worker.Tests.Telemetry;

/// <summary>The whole heartbeat on the whole line, with a clock that is moved by hand; only the network is replaced.</summary>
public sealed class HeartbeatRoundTests : IAsyncLifetime
{
    private readonly DataRoot _root = new();
    private readonly TorchThread _torch = new();
    private readonly BrightnessExaminer _examiner = new();
    private readonly List<string> _seen = [];
    private readonly CancellationTokenSource _abandon = new();
    private readonly Line _line;
    private readonly Heartbeat _heartbeat;
    private Task _work = Task.CompletedTask;

    public HeartbeatRoundTests()
    {
        _line = new Line(_root, _examiner);
        _heartbeat = new Heartbeat(
            _examiner, new ModelRegistry(_root.Folders.Models), _line.Queue, _torch, _root.Folders, _root.Options, _root.Readiness, _root.Metrics,
            _root.Time, _root.Log.For<Heartbeat>());
        _examiner.Before = product =>
        {
            lock (_seen)
            {
                _seen.Add(product);
            }
        };
    }

    [Fact]
    public async Task One_product_that_cannot_be_inspected_keeps_the_time_where_it_is_and_is_named()
    {
        GiveModels("tile", "cookie");
        _examiner.Without.Add("cookie");
        _root.Readiness.Report("model cookie", "Model 'cookie/1' is damaged: weights.dat is not what was stored.");
        var start = BeatOf();
        await StartAsync();

        await PassAsync(TimeSpan.FromMinutes(6));

        BeatOf().ShouldBe(start);
        Seen("tile").ShouldBeGreaterThanOrEqualTo(4);
        _root.Log.All.Where(line => line.Contains("No heartbeat", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldStartWith("Warning: No heartbeat of cookie: Model 'cookie/1' is damaged");

        _examiner.Without.Clear();
        await PassAsync(TimeSpan.FromMinutes(2));

        BeatOf().ShouldBeGreaterThan(start + 360);
        Seen("cookie").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_model_that_is_still_being_loaded_is_waited_for_without_a_word()
    {
        GiveModels("tile");
        _examiner.Without.Add("tile");
        var start = BeatOf();
        await StartAsync();
        await PassAsync(TimeSpan.FromSeconds(20));
        BeatOf().ShouldBe(start);

        _examiner.Without.Clear();
        await PassUntilAsync(() => BeatOf() > start, "a heartbeat once the model is loaded");

        BeatOf().ShouldBeLessThan(start + 60, "before there is a model it is looked for every few seconds, not once a minute");
        _root.Log.All.ShouldNotContain(line => line.Contains("No heartbeat", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_product_with_images_of_production_is_left_alone_until_they_stop()
    {
        GiveModels("tile");
        _root.Metrics.ImageInspected("tile", Verdict.Normal, 0.5, 0, TimeSpan.FromSeconds(1), "real");
        var start = BeatOf();
        await StartAsync();
        await PassAsync(TimeSpan.FromSeconds(50));
        BeatOf().ShouldBeGreaterThanOrEqualTo(start);
        Seen("tile").ShouldBe(0);

        await PassAsync(TimeSpan.FromSeconds(90));

        Seen("tile").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task More_products_than_one_round_has_time_for_have_their_turn_and_the_heart_beats_meanwhile()
    {
        var products = Enumerable.Range(0, 40).Select(number => $"product-{number:00}").ToArray();
        GiveModels(products);
        _examiner.Takes = TimeSpan.FromSeconds(2);
        await StartAsync();
        var longest = 0.0;

        for (var minute = 0; minute < 12; minute++)
        {
            await PassAsync(TimeSpan.FromMinutes(1));
            longest = Math.Max(longest, (_root.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0) - BeatOf());
        }

        longest.ShouldBeLessThan(200, "8 images of 2 s may take a fifth of the time");
        products.ShouldAllBe(product => Seen(product) > 0);
        Seen(products[0]).ShouldBeLessThan(5);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _heartbeat.StopAsync(CancellationToken.None);
        _line.Queue.Complete();
        await _abandon.CancelAsync();
        await Should.NotThrowAsync(_work.ContinueWith(_ => { }, TaskScheduler.Default));
        _heartbeat.Dispose();
        _line.Dispose();
        _torch.Dispose();
        _root.Dispose();
        _abandon.Dispose();
    }

    private Task StartAsync()
    {
        _work = _line.Pipeline.RunAsync(CancellationToken.None, _abandon.Token);
        return _heartbeat.StartAsync(CancellationToken.None);
    }

    private void GiveModels(params string[] products)
    {
        foreach (var product in products)
        {
            Directory.CreateDirectory(Path.Combine(_root.Folders.Models, product));
            File.WriteAllText(Path.Combine(_root.Folders.Models, product, "champion.json"), """{"version":"1","publishedAt":"2026-01-01T00:00:00Z"}""");
        }
    }

    private int Seen(string product)
    {
        lock (_seen)
        {
            return _seen.Count(seen => seen == product);
        }
    }

    /// <summary>So much time passes, second by second, and none while an image is on its way: how long that takes says nothing here.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        for (var second = 0; second < time.TotalSeconds; second++)
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
            await Eventually.HoldsAsync(() => !OnTheirWay(), "the images' end", seconds: 60);
            _root.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Time passes until it holds: how many of the clock's seconds the heartbeat sleeps through while the machine is busy says nothing here.</summary>
    private Task PassUntilAsync(Func<bool> holds, string what) => Eventually.HoldsAsync(
        () =>
        {
            _root.Time.Advance(OnTheirWay() ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
            return holds();
        },
        what,
        seconds: 60);

    private bool OnTheirWay()
    {
        var room = Path.Combine(_root.Folders.Root, ".heartbeat");
        return Directory.Exists(room) && Directory.EnumerateFileSystemEntries(room).Any();
    }

    private double BeatOf()
    {
        var beat = double.NaN;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Name == "sentinel_heartbeat_timestamp_seconds" && instrument.Meter.Scope == _root.Meters)
            {
                all.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => beat = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return beat;
    }
}
