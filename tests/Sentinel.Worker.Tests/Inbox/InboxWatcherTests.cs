using System.Diagnostics.Metrics;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Inbox;

public sealed class InboxWatcherTests : IDisposable
{
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(300);

    private readonly DataRoot _root = new();
    private readonly InboxWatcher _watcher;
    private readonly MeterListener _listener = new();
    private readonly List<string> _restarts = [];

    public InboxWatcherTests()
    {
        _watcher = new InboxWatcher(_root.Folders, _root.Metrics, _root.Log.For<InboxWatcher>());
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "sentinel_watcher_restarts" && instrument.Meter.Scope == _root.Meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _restarts.Add((string)tags[0].Value!));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _watcher.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task Whatever_may_be_an_image_wakes_and_unfinished_names_do_not()
    {
        var tile = await WatchedAsync("tile");

        File.WriteAllBytes(Path.Combine(tile, ".a.jpg.x7Yz"), [1]);
        await SleepsAsync();
        File.Move(Path.Combine(tile, ".a.jpg.x7Yz"), Path.Combine(tile, "a.jpg"));
        await WakesAsync();
        Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "plate"));
        await WakesAsync();
    }

    [Fact]
    public async Task A_folder_that_is_watched_for_the_first_time_is_looked_into_again()
    {
        var tile = Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile")).FullName;

        // A file that came after the folder was read and before it was watched made no event.
        _watcher.Watch([tile]);
        await WakesAsync();
        _watcher.Watch([tile]);
        await SleepsAsync();
    }

    [Fact]
    public void Fifty_product_folders_take_one_inotify_instance()
    {
        _watcher.Watch(Enumerable.Range(0, 50).Select(i => Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, $"p{i}")).FullName));

        // Other tests have instances of their own in this process; none has as many watches.
        WatchesOfEachInstance().Count(watches => watches == 51).ShouldBe(1);
    }

    [Fact]
    public async Task A_canary_that_is_heard_changes_nothing_and_wakes_nobody()
    {
        var tile = await WatchedAsync("tile");

        _watcher.ReleaseCanaries();
        await Task.Delay(10 * _moment, TestContext.Current.CancellationToken);

        _watcher.HeardCanaries().ShouldBeTrue();
        _watcher.IsAwake.ShouldBeFalse();
        _restarts.ShouldBeEmpty();
        Directory.EnumerateFiles(tile).ShouldBeEmpty();
        Directory.EnumerateFiles(_root.Folders.Inbox).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_canary_that_is_not_heard_has_the_watches_made_anew()
    {
        var tile = await WatchedAsync("tile");
        Directory.Move(tile, Path.Combine(_root.Folders.Root, "elsewhere")); // The watch goes with the folder.
        Directory.CreateDirectory(tile);

        _watcher.ReleaseCanaries();
        await Task.Delay(_moment, TestContext.Current.CancellationToken);
        _watcher.HeardCanaries().ShouldBeFalse();

        _restarts.ShouldBe([WatcherFailures.Silent]);
        await WakesAsync();
        File.WriteAllBytes(Path.Combine(tile, "a.jpg"), [1]);
        await WakesAsync();
        _watcher.ReleaseCanaries();
        await Task.Delay(10 * _moment, TestContext.Current.CancellationToken);
        _watcher.HeardCanaries().ShouldBeTrue();
    }

    [Fact]
    public void A_canary_that_a_crash_left_behind_is_cleared_away_and_still_heard()
    {
        File.WriteAllText(Path.Combine(_root.Folders.Inbox, ".sentinel-canary-1"), "");
        _watcher.Watch([]);

        _watcher.ReleaseCanaries();

        _root.Files("inbox").ShouldBeEmpty();
    }

    [Fact]
    public async Task More_events_than_the_kernel_keeps_are_told_as_an_overflow()
    {
        var most = int.Parse(File.ReadAllText("/proc/sys/fs/inotify/max_queued_events"));
        Assert.SkipWhen(most > 50_000, "The kernel's queue is too long to fill in a test.");
        using var gate = new ManualResetEventSlim();
        var overflow = new TaskCompletionSource();
        using var inotify = new Inotify(
            happened =>
            {
                gate.Wait();
                if (happened.Events.HasFlag(InotifyEvents.Overflow))
                {
                    overflow.TrySetResult();
                }
            },
            _ => { });
        inotify.Add(_root.Folders.Inbox);

        var (a, b) = (Path.Combine(_root.Folders.Inbox, "a.jpg"), Path.Combine(_root.Folders.Inbox, "b.jpg"));
        File.WriteAllBytes(a, [1]);
        for (var i = 0; i < most + 3000; i++)
        {
            File.Move(i % 2 == 0 ? a : b, i % 2 == 0 ? b : a);
        }

        gate.Set();
        await overflow.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task After_an_overflow_everything_is_scanned_and_watched_anew()
    {
        var tile = await WatchedAsync("tile");
        using var source = _watcher.Current!;

        _watcher.Happened(source, new InotifyEvent(-1, InotifyEvents.Overflow, ""));

        await WakesAsync();
        _restarts.ShouldBe([WatcherFailures.Overflow]);
        File.WriteAllBytes(Path.Combine(tile, "a.jpg"), [1]);
        await WakesAsync();
    }

    [Fact]
    public async Task After_an_error_everything_is_scanned_and_watched_anew()
    {
        var tile = await WatchedAsync("tile");
        using var source = _watcher.Current!;

        _watcher.Failed(source, "Events cannot be read: Bad file descriptor");

        await WakesAsync();
        _restarts.ShouldBe([WatcherFailures.Error]);
        File.WriteAllBytes(Path.Combine(tile, "a.jpg"), [1]);
        await WakesAsync();
    }

    private static IEnumerable<int> WatchesOfEachInstance() => Directory.EnumerateFiles("/proc/self/fdinfo")
        .Where(File.Exists)
        .Select(descriptor => Read(descriptor).Count(line => line.StartsWith("inotify wd:", StringComparison.Ordinal)))
        .Where(watches => watches > 0);

    private static string[] Read(string descriptor)
    {
        try
        {
            return File.ReadAllLines(descriptor);
        }
        catch (IOException)
        {
            return []; // Closed meanwhile.
        }
    }

    private async Task<string> WatchedAsync(string product)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, product)).FullName;
        _watcher.Watch([folder]);
        await _watcher.WaitAsync(TimeSpan.Zero, TestContext.Current.CancellationToken); // For the folder itself.
        return folder;
    }

    private async Task WakesAsync()
    {
        await Eventually.HoldsAsync(() => _watcher.IsAwake, "it wakes");
        await Task.Delay(_moment, TestContext.Current.CancellationToken); // One change may make several events.
        await _watcher.WaitAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
    }

    private async Task SleepsAsync()
    {
        await Task.Delay(_moment, TestContext.Current.CancellationToken);
        _watcher.IsAwake.ShouldBeFalse();
    }
}
