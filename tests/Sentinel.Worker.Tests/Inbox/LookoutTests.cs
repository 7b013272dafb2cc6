using System.Diagnostics.Metrics;
using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Tests.Inbox;

public sealed class LookoutTests : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly InboxWatcher _watcher;
    private readonly Lookout _lookout;

    public LookoutTests()
    {
        _watcher = new InboxWatcher(_root.Folders, _root.Metrics, _root.Log.For<InboxWatcher>());
        _lookout = new Lookout(
            _root.Scanner, _watcher, _root.Folders, _root.Options, _root.Readiness, _root.Metrics, _root.Log.For<Lookout>());
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void An_inbox_that_is_away_is_unavailable_for_every_product_until_it_is_back()
    {
        _root.Drop("tile/a.jpg");
        _lookout.TryScan().ShouldNotBeNull();
        Available().ShouldBe([("default", 1), ("tile", 1)]);

        Directory.Move(_root.Folders.Inbox, _root.Folders.Inbox + "-away");
        _lookout.TryScan().ShouldBeNull();
        _lookout.TryScan().ShouldBeNull();
        Available().ShouldBe([("default", 0), ("tile", 0)]);
        _root.Readiness.Problems["inbox"].ShouldContain("not there");
        _root.Log.All.Count(line => line.Contains("unavailable")).ShouldBe(1);

        Directory.Move(_root.Folders.Inbox + "-away", _root.Folders.Inbox);
        _lookout.TryScan()!.Products.Single().Files.ShouldBe(1);
        Available().ShouldBe([("default", 1), ("tile", 1)]);
        _root.Readiness.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_product_folder_that_goes_away_is_unavailable_and_the_others_are_not()
    {
        Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile"));
        Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "plate"));
        _lookout.TryScan();

        Directory.Delete(Path.Combine(_root.Folders.Inbox, "tile"));
        _lookout.TryScan();

        Available().ShouldBe([("default", 1), ("plate", 1), ("tile", 0)]);
    }

    [Fact]
    public void A_disk_of_this_machine_is_scanned_at_the_short_interval()
    {
        _lookout.TryScan();

        _lookout.Interval.ShouldBe(_root.Options.Inbox.ScanInterval);
    }

    [Fact]
    public void A_disk_of_other_machines_is_scanned_at_the_long_interval_until_it_is_a_local_one()
    {
        var kind = "nfs";
        var lookout = new Lookout(
            _root.Scanner, _watcher, _root.Folders, _root.Options, _root.Readiness, _root.Metrics, _root.Log.For<Lookout>(), _ => kind);

        lookout.TryScan();
        lookout.TryScan();
        lookout.Interval.ShouldBe(_root.Options.Inbox.NetworkScanInterval);
        _root.Log.All.Count(line => line.Contains("lies on nfs")).ShouldBe(1);

        kind = null;
        lookout.TryScan();
        lookout.Interval.ShouldBe(_root.Options.Inbox.ScanInterval);
    }

    private List<(string Product, int Available)> Available()
    {
        var found = new List<(string, int)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "sentinel_inbox_available" && instrument.Meter.Scope == _root.Meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => found.Add(((string)tags[0].Value!, value)));
        listener.Start();
        listener.RecordObservableInstruments();
        return [.. found.Order()];
    }
}
