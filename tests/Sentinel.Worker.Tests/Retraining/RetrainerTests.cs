using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sentinel.Core.Models;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Retraining;

public sealed class RetrainerTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TrainingLog _log = new();
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

    private ModelDesk Desk
    {
        get
        {
            var database = new LedgerDatabase(_data["sentinel.db"], TimeSpan.FromSeconds(5));
            return new ModelDesk(Registry, new AuditLedger(database), new DriftLedger(database), new JudgedImages(database), _time);
        }
    }

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

    private Retrainer Retrainer(string script) => Retrainer(TrainerScript.Write(_data, script));

    private Retrainer Retrainer(TrainerExecutable executable) => new(
        new DataFolders(_data.Path), new SentinelOptions(), _planner, new TrainerProcess(executable, _time), Registry, Desk, _log, _readiness,
        _services.GetRequiredService<SentinelMetrics>(), _time, NullLogger<Retrainer>.Instance);
}
