using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Tests.Inbox;

public sealed class CanaryServiceTests : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly InboxWatcher _watcher;
    private readonly string _tile;

    public CanaryServiceTests()
    {
        _tile = Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile")).FullName;
        _watcher = new InboxWatcher(_root.Folders, _root.Metrics, _root.Log.For<InboxWatcher>());
        _watcher.Watch([_tile]);
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task A_folder_that_has_gone_silent_is_heard_again_after_little_more_than_a_minute()
    {
        Directory.Move(_tile, Path.Combine(_root.Folders.Root, "elsewhere")); // The watch goes with the folder.
        Directory.CreateDirectory(_tile);
        var first = _watcher.Current;
        using var service = new CanaryService(_watcher, _root.Folders, _root.Time);
        await service.StartAsync(TestContext.Current.CancellationToken);

        _root.Time.Advance(TimeSpan.FromSeconds(59));
        await Task.Delay(200, TestContext.Current.CancellationToken);
        _watcher.Current.ShouldBe(first);

        await Eventually.HoldsAsync(
            () =>
            {
                _root.Time.Advance(TimeSpan.FromSeconds(1));
                return _watcher.Current != first;
            },
            "the watches are made anew");
        await service.StopAsync(TestContext.Current.CancellationToken);
        _root.Log.All.ShouldContain(line => line.Contains("tile' was not noticed"));
    }
}
