using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using Sentinel.Core.Models;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Retraining;

public sealed class RetrainerTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TrainingLog _log = new();
    private readonly LogLines _logLines = new();
    private readonly Readiness _readiness = new();
    private readonly ServiceProvider _services;
    private readonly TrainingPlanner _planner;

    public RetrainerTests()
    {
        _services = new ServiceCollection().AddMetrics().AddSingleton<TimeProvider>(_time).AddSingleton<SentinelMetrics>().BuildServiceProvider();
        _planner = new TrainingPlanner(new DataFolders(_data.Path), Registry, new SentinelOptions(), _log, _time);
        new DataFolders(_data.Path).Create();
    }

    private ModelRegistry Registry => new(_data["models"]);

    private LedgerDatabase Database => new(_data["sentinel.db"], TimeSpan.FromSeconds(5));

    private AuditLedger Audit => new(Database);

    private ModelDesk Desk => new(Registry, Audit, new DriftLedger(Database), new JudgedImages(Database), _time);

    [Fact]
    public void The_first_training_waits_until_there_are_enough_images_and_nobody_copies_any_more()
    {
        _data.Images(9, "good", "tile");
        IsDueAfter(TimeSpan.FromSeconds(60)).ShouldBeFalse();

        _data.Images(11, "good", "tile");
        IsDueAfter(TimeSpan.Zero).ShouldBeFalse();
        IsDueAfter(TimeSpan.FromSeconds(4)).ShouldBeFalse();

        _data.Images(12, "good", "tile");
        IsDueAfter(TimeSpan.FromSeconds(4)).ShouldBeFalse();
        IsDueAfter(TimeSpan.FromSeconds(5)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_failure_is_reported_and_tried_again_after_1_5_15_and_60_minutes()
    {
        _data.Images(10, "good", "tile");
        var retrainer = Retrainer("echo '{\"error\":\"No space left.\",\"kind\":\"io\"}'; exit 1");

        foreach (var minutes in new[] { 1, 5, 15, 60, 60 })
        {
            await retrainer.RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);

            _readiness.Problems["training tile"].ShouldBe("No space left.");
            IsDueAfter(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1)).ShouldBeFalse();
            IsDueAfter(TimeSpan.FromSeconds(1)).ShouldBeTrue();
        }

        _log.Of("tile").Failures.ShouldBe(5);
    }

    [Fact]
    public async Task A_fault_of_the_machine_is_reported_and_tried_again_each_hour_and_after_a_restart()
    {
        _data.Images(10, "good", "tile");
        var retrainer = Retrainer("echo '{\"error\":\"Convolutions are wrong.\",\"kind\":\"machineFault\"}'; exit 1");

        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await retrainer.RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);

            _readiness.Problems["training tile"].ShouldBe("Convolutions are wrong.");
            IsDueAfter(TimeSpan.FromMinutes(59)).ShouldBeFalse();
            IsDueAfter(TimeSpan.FromMinutes(1)).ShouldBeTrue();
        }

        _log.Of("tile").LastOutcome.ShouldBe(TrainingOutcomes.MachineFault);
        _logLines.All.ShouldContain(line => line.StartsWith("Error: The training of tile met a fault of this machine; tried again at ", StringComparison.Ordinal) && line.EndsWith("Convolutions are wrong."));
        Audit.Newest("tile", 1)[0].Event.ShouldBe(AuditEvents.TrainingFailed);

        // The host was started again: nothing keeps the first training from its next attempt.
        var restarted = new TrainingPlanner(new DataFolders(_data.Path), Registry, new SentinelOptions(), new TrainingLog(), _time);
        restarted.LastOf("tile")!.Outcome.ShouldBe(TrainingOutcomes.MachineFault);
        restarted.IsDue("tile");
        _time.Advance(TimeSpan.FromSeconds(6));
        restarted.IsDue("tile").ShouldBeTrue();
    }

    [Fact]
    public async Task After_a_fault_of_the_machine_a_restart_tries_a_product_with_a_model_at_once_too()
    {
        _data.Images(10, "good", "tile");
        Directory.CreateDirectory(_data["models", "tile", "1"]);
        TrainedProduct.NameChampion(_data, "1");
        await Retrainer("echo '{\"error\":\"Convolutions are wrong.\",\"kind\":\"machineFault\"}'; exit 1")
            .RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);

        var restarted = new TrainingPlanner(new DataFolders(_data.Path), Registry, new SentinelOptions(), new TrainingLog(), _time);

        restarted.IsDue("tile").ShouldBeTrue();
    }

    [Fact]
    public async Task A_refusal_is_reported_and_looked_at_again_when_the_images_change()
    {
        _data.Images(10, "good", "tile");
        IsDueAfter(TimeSpan.Zero).ShouldBeFalse();
        IsDueAfter(TimeSpan.FromSeconds(6)).ShouldBeTrue();

        await Retrainer("echo '{\"error\":\"Too few.\",\"kind\":\"trainingRefused\"}'; exit 1").RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);
        _readiness.Problems["training tile"].ShouldBe("Too few.");
        IsDueAfter(TimeSpan.FromDays(1)).ShouldBeFalse();

        _data.Images(40, "good", "tile");
        IsDueAfter(TimeSpan.Zero).ShouldBeFalse();
        IsDueAfter(TimeSpan.FromSeconds(6)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_success_clears_what_was_reported()
    {
        _data.Images(10, "good", "tile");
        await Retrainer("exit 3").RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);
        _readiness.Problems.Keys.ShouldBe(["training tile"]);

        await Retrainer("echo '{\"product\":\"tile\",\"version\":\"1\"}'").RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);

        _readiness.Problems.ShouldBeEmpty();
        _log.Of("tile").LastOutcome.ShouldBe(TrainingOutcomes.Trained);
        _log.Of("tile").NotBefore.ShouldBeNull();
    }

    [Fact]
    public async Task A_trainer_that_cannot_be_started_is_a_failure_like_any_other()
    {
        _data.Images(10, "good", "tile");

        await Retrainer(new TrainerExecutable(_data["no such program"], [])).RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);

        _log.Of("tile").LastOutcome.ShouldBe(TrainingOutcomes.Failed);
        _log.Of("tile").Running.ShouldBeFalse();
        _log.Of("tile").NotBefore.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_scheduled_training_without_enough_images_is_left_out()
    {
        _data.Images(3, "good", "tile");

        await Retrainer("touch $(dirname $0)/started").RunAsync("tile", scheduled: true, TestContext.Current.CancellationToken);

        File.Exists(_data["started"]).ShouldBeFalse();
        _log.Of("tile").LastOutcome.ShouldBeNull();
    }

    [Fact]
    public async Task Trainings_of_two_products_run_one_after_the_other()
    {
        _data.Images(10, "good", "a");
        _data.Images(10, "good", "b");
        var retrainer = Retrainer(
            """
            here=$(dirname $0)
            mkdir $here/busy || exit 9
            sleep 0.3
            rmdir $here/busy
            echo '{"product":"x","version":"1"}'
            """);

        await Task.WhenAll(
            retrainer.RunAsync("a", scheduled: false, TestContext.Current.CancellationToken),
            retrainer.RunAsync("b", scheduled: false, TestContext.Current.CancellationToken));

        _log.Of("a").LastOutcome.ShouldBe(TrainingOutcomes.Trained);
        _log.Of("b").LastOutcome.ShouldBe(TrainingOutcomes.Trained);
    }

    [Fact]
    public async Task A_model_that_was_rejected_or_held_is_reported_with_the_reason_and_counted()
    {
        _data.Images(10, "good", "tile");

        await Retrainer("""echo '{"product":"tile","version":"2","decision":"rejected","why":"It misses a defect."}'""").RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);

        _log.Of("tile").LastOutcome.ShouldBe(TrainingOutcomes.Trained);
        _logLines.All.ShouldContain("Warning: Model 2 of tile is not in use, it was rejected: It misses a defect.");
    }

    [Fact]
    public async Task A_restart_remembers_when_a_training_last_worked_or_was_left_out_and_how_many_models_were_rejected()
    {
        _data.Images(10, "good", "tile");
        var trained = _time.GetUtcNow();
        await Retrainer("echo '{\"product\":\"tile\",\"version\":\"1\"}'").RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);
        foreach (var what in new[] { AuditEvents.Rejected, AuditEvents.Promoted, AuditEvents.Rejected, AuditEvents.Held, AuditEvents.Rejected })
        {
            Audit.Add(new AuditEntry(trained, "gate", what, "tile", "1", null, new Dictionary<string, object?>()));
        }

        var gauges = Recall();
        gauges["sentinel_training_last_success_timestamp_seconds"].ShouldBe(trained.ToUnixTimeMilliseconds() / 1000.0, 0.01);
        gauges["sentinel_training_last_skip_timestamp_seconds"].ShouldBe(0);
        gauges["sentinel_challengers_rejected"].ShouldBe(2);

        _time.Advance(TimeSpan.FromDays(1));
        new TrainingPause(_time.GetUtcNow(), "user ann").Write(Registry, "tile");
        await Retrainer("exit 9").RunAsync("tile", scheduled: true, TestContext.Current.CancellationToken);

        Recall()["sentinel_training_last_skip_timestamp_seconds"].ShouldBe(_time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, 0.01);
    }

    [Fact]
    public async Task A_failure_stands_in_the_audit_trail()
    {
        _data.Images(10, "good", "tile");

        await Retrainer("echo '{\"error\":\"No space left.\",\"kind\":\"io\"}'; exit 1").RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);

        var entry = Audit.Newest("tile", 10).ShouldHaveSingleItem();
        (entry.Event, entry.Detail).ShouldBe((AuditEvents.TrainingFailed, """{"error":"No space left."}"""));
    }

    [Fact]
    public async Task A_run_that_was_missed_is_made_up_once()
    {
        _data.Images(10, "good", "tile");
        _planner.WasMissed("tile").ShouldBeFalse("it was never trained");
        var retrainer = Retrainer("echo '{\"product\":\"tile\",\"version\":\"1\"}'");
        await retrainer.RunAsync("tile", scheduled: true, TestContext.Current.CancellationToken);
        _planner.WasMissed("tile").ShouldBeFalse();

        _time.Advance(TimeSpan.FromDays(3));
        _planner.WasMissed("tile").ShouldBeTrue();

        await retrainer.RunAsync("tile", scheduled: true, TestContext.Current.CancellationToken);
        _planner.WasMissed("tile").ShouldBeFalse();
    }

    [Fact]
    public async Task A_paused_product_is_not_trained_by_schedule_but_is_on_demand()
    {
        _data.Images(10, "good", "tile");
        new TrainingPause(_time.GetUtcNow(), "user ann").Write(Registry, "tile");
        var retrainer = Retrainer("touch $(dirname $0)/started; echo '{\"product\":\"tile\",\"version\":\"1\"}'");

        IsDueAfter(TimeSpan.FromMinutes(1)).ShouldBeFalse();
        await retrainer.RunAsync("tile", scheduled: true, TestContext.Current.CancellationToken);
        File.Exists(_data["started"]).ShouldBeFalse();
        _planner.NextScheduled("tile").ShouldBeNull();

        await retrainer.RunAsync("tile", scheduled: false, TestContext.Current.CancellationToken);
        File.Exists(_data["started"]).ShouldBeTrue();

        TrainingPause.End(Registry, "tile").ShouldBeTrue();
        _planner.NextScheduled("tile").ShouldNotBeNull();
    }

    [Fact]
    public void Enough_new_images_start_a_training_before_its_time()
    {
        Directory.CreateDirectory(_data["models", "tile"]);
        TrainedProduct.NameChampion(_data, "1");
        var good = KnownGood.In(_data.Images(20, "good", "tile"));
        new LastTraining { EndedAt = _time.GetUtcNow(), Outcome = TrainingOutcomes.Trained, Version = "1", Images = good.Images, Fingerprint = good.Fingerprint }.Write(Registry, "tile");

        IsDueAfter(TimeSpan.FromMinutes(1)).ShouldBeFalse();
        _data.Images(69, "good", "tile");
        IsDueAfter(TimeSpan.FromMinutes(1)).ShouldBeFalse();

        _data.Images(70, "good", "tile");
        IsDueAfter(TimeSpan.FromMinutes(1)).ShouldBeFalse("somebody may still be copying");
        IsDueAfter(TimeSpan.FromSeconds(6)).ShouldBeTrue();
    }

    public void Dispose()
    {
        _services.Dispose();
        _data.Dispose();
    }

    private bool IsDueAfter(TimeSpan time)
    {
        _time.Advance(time);
        return _planner.IsDue("tile");
    }

    /// <summary>What a host that has just started shows of the product.</summary>
    private Dictionary<string, double> Recall()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<TimeProvider>(_time).AddSingleton<SentinelMetrics>().BuildServiceProvider();
        var gauges = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
            {
                all.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => gauges[instrument.Name] = value);
        listener.Start();
        new TrainingHistory(Registry, Audit, services.GetRequiredService<SentinelMetrics>()).Recall("tile");
        listener.RecordObservableInstruments();
        return gauges;
    }

    private Retrainer Retrainer(string script) => Retrainer(TrainerScript.Write(_data, script));

    private Retrainer Retrainer(TrainerExecutable executable) => new(
        new DataFolders(_data.Path), new SentinelOptions(), _planner, TrainerScript.Process(executable, _time), Registry, Desk, _log, _readiness,
        _services.GetRequiredService<SentinelMetrics>(), _time, _logLines.For<Retrainer>());
}
