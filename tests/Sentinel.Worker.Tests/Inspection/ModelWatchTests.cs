using Dapper;
using Microsoft.Data.Sqlite;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Inspection;

public sealed class ModelWatchTests : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly TorchThread _torch = new();

    [Fact]
    public async Task A_locked_ledger_is_reported_and_waited_for_and_what_is_in_use_without_a_trace_is_entered_then()
    {
        Directory.CreateDirectory(Path.Combine(_root.Folders.Models, "tile"));
        File.WriteAllText(Path.Combine(_root.Folders.Models, "tile", "champion.json"), """{"version":"1","publishedAt":"2026-01-01T00:00:00Z","by":"gate"}""");
        var registry = new ModelRegistry(_root.Folders.Models, _root.Time);
        var audit = new AuditLedger(_root.Database);
        audit.InUse("tile").ShouldBeNull();
        var desk = new ModelDesk(registry, audit, new DriftLedger(_root.Database), new JudgedImages(_root.Database), _root.Time);
        using var detectors = new ActiveDetectors(registry, _torch, _root.Readiness, _root.Metrics, _root.Time, _root.Log.For<ActiveDetectors>());
        using var shadows = new ShadowDetectors(registry, desk, _torch, _root.Log.For<ShadowDetectors>());
        using var watch = new ModelWatch(
            registry, detectors, shadows, new UntracedModels(registry, audit, desk, _root.Time, _root.Log.For<UntracedModels>()), _root.Readiness, _root.Time);
        using (var other = new SqliteConnection($"Data Source={_root.Folders.Ledger};Pooling=False"))
        {
            other.Open();
            other.Execute("BEGIN IMMEDIATE");
            await watch.StartAsync(TestContext.Current.CancellationToken);
            await Eventually.HoldsAsync(() => _root.Readiness.Problems.ContainsKey("model trail"), "the locked ledger is reported");
            watch.ExecuteTask!.IsCompleted.ShouldBeFalse("the watch goes on");
        }

        await Eventually.HoldsAsync(
            () =>
            {
                _root.Time.Advance(TimeSpan.FromSeconds(1));
                return audit.InUse("tile") == "1";
            },
            "the entry is written");

        await watch.StopAsync(TestContext.Current.CancellationToken);
        audit.Newest("tile", 10).Count(entry => entry.Event == AuditEvents.FoundInUse).ShouldBe(1);
    }

    public void Dispose()
    {
        _torch.Dispose();
        _root.Dispose();
    }
}
