using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Retraining;

public sealed class TrainerProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Progress_comes_line_by_line_and_the_result_at_the_end()
    {
        var lines = new List<TrainerLine>();
        var result = await RunAsync(
            """
            echo '{"phase":"reading","fraction":0.1,"step":0,"remainingSeconds":9.5}'
            echo 'a native library clears its throat'
            echo '{"phase":"training","fraction":0.5,"step":10,"loss":0.25,"imagesPerSecond":80,"remainingSeconds":5}'
            echo '{"product":"tile","version":"4","images":12}'
            """,
            lines.Add);

        result.ShouldBe(new TrainingResult(TrainingOutcomes.Trained, "4"));
        lines.Select(line => line.Fraction).ShouldBe([0.1, 0.5]);
        lines[1].Loss.ShouldBe(0.25);
    }

    [Fact]
    public async Task A_refusal_is_told_from_a_failure()
    {
        var refused = await RunAsync("""echo '{"error":"Too few.","kind":"trainingRefused"}'; exit 1""");
        var failed = await RunAsync("""echo '{"error":"The disk is full.","kind":"io"}'; exit 1""");

        refused.ShouldBe(new TrainingResult(TrainingOutcomes.Refused, Error: "Too few."));
        failed.ShouldBe(new TrainingResult(TrainingOutcomes.Failed, Error: "The disk is full."));
    }

    [Fact]
    public async Task A_fault_of_the_machine_is_told_from_other_failures()
    {
        var result = await RunAsync("""echo '{"error":"Convolutions are wrong. Run sentinel selftest.","kind":"machineFault"}'; exit 1""");

        result.ShouldBe(new TrainingResult(TrainingOutcomes.MachineFault, Error: "Convolutions are wrong. Run sentinel selftest."));
    }

    [Fact]
    public async Task A_crash_is_a_failure_that_shows_the_last_words()
    {
        var result = await RunAsync("for i in $(seq 1 30); do echo \"word $i\" >&2; done; kill -SEGV $$");

        result.Outcome.ShouldBe(TrainingOutcomes.Failed);
        result.Error!.ShouldStartWith("The trainer was ended by signal 11.");
        result.Error.ShouldContain("word 30");
        result.Error.ShouldNotContain("word 10\n");
    }

    [Fact]
    public async Task An_end_without_a_model_is_a_failure() =>
        (await RunAsync("exit 0")).ShouldBe(new TrainingResult(TrainingOutcomes.Failed, Error: "It ended without a model."));

    [Fact]
    public async Task A_trainer_that_falls_silent_is_killed_with_all_its_children()
    {
        var speaking = new TaskCompletionSource();
        var running = RunAsync("echo '{\"phase\":\"training\",\"fraction\":0.1}'; sleep 1000 & echo $! > $(dirname $0)/child; wait", _ => speaking.TrySetResult());
        await speaking.Task;
        await Eventually.HoldsAsync(() => File.Exists(_folder["child"]) && File.ReadAllText(_folder["child"]).Length > 1, "the trainer has a child");

        _time.Advance(TimeSpan.FromSeconds(119));
        running.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(2));

        (await running).Error.ShouldBe("It said nothing for 2 minutes and was ended.");
        var child = int.Parse(File.ReadAllText(_folder["child"]));
        await Eventually.HoldsAsync(() => !IsAlive(child), "the trainer's child is gone");
    }

    [Fact]
    public async Task A_trainer_far_over_its_budget_is_killed_though_it_speaks()
    {
        var spoken = 0;
        var running = RunAsync("while true; do echo '{\"phase\":\"training\",\"fraction\":0.1}'; sleep 0.02; done", _ => Interlocked.Increment(ref spoken));

        for (var minute = 0; minute < 21 && !running.IsCompleted; minute++)
        {
            var before = Volatile.Read(ref spoken);
            await Eventually.HoldsAsync(() => running.IsCompleted || Volatile.Read(ref spoken) > before + 1, "it speaks on");
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        (await running).Error!.ShouldStartWith("It ran longer than 00:20:00 and was ended");
    }

    [Fact]
    public async Task Comparing_very_many_judged_images_is_no_hang()
    {
        var spoken = 0;
        var running = RunAsync("while true; do echo '{\"phase\":\"comparing\",\"fraction\":1}'; sleep 0.02; done", _ => Interlocked.Increment(ref spoken));

        for (var minute = 0; minute < 30; minute++)
        {
            var before = Volatile.Read(ref spoken);
            await Eventually.HoldsAsync(() => running.IsCompleted || Volatile.Read(ref spoken) > before + 1, "it speaks on");
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        running.IsCompleted.ShouldBeFalse();
        for (var minute = 0; minute < 3; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(2));
        }

        (await running).Outcome.ShouldBe(TrainingOutcomes.Failed);
    }

    [Fact]
    public async Task A_trainer_whose_progress_cannot_be_noted_does_not_live_on()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(
            "echo $$ > $(dirname $0)/child; echo '{\"phase\":\"training\",\"fraction\":0.1}'; exec sleep 1000", _ => throw new InvalidOperationException("no log")));

        var trainer = int.Parse(File.ReadAllText(_folder["child"]));
        await Eventually.HoldsAsync(() => !IsAlive(trainer), "the trainer is gone");
    }

    [Fact]
    public async Task A_cancelled_training_is_killed_at_once()
    {
        using var cancel = new CancellationTokenSource();
        var watch = Stopwatch.StartNew();
        var running = RunAsync("echo '{\"phase\":\"training\",\"fraction\":0.1}'; sleep 1000", _ => cancel.Cancel(), cancel);

        (await running).Outcome.ShouldBe(TrainingOutcomes.Cancelled);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_trainer_that_takes_too_much_memory_is_killed()
    {
        var settings = new ProductSettings { Training = { MaxMemory = 300L << 20 } };

        var result = await RunAsync(
            "echo '{\"phase\":\"training\",\"fraction\":0.1}'; exec python3 -c 'import time; held = bytearray(400 << 20); time.sleep(1000)'", settings: settings);

        result.ShouldBe(new TrainingResult(TrainingOutcomes.Failed, Error: "It took more memory than the 300 MiB of Training:MaxMemory and was ended."));
    }

    [Fact]
    public async Task A_trainer_is_told_its_share_of_a_quota_and_inspection_keeps_to_its_own()
    {
        var log = new LogLines();

        var result = await RunAsync("""echo "{\"version\":\"$DOTNET_PROCESSOR_COUNT\"}" """, shares: new ProcessorShares(2, 1), log: log);

        result.Version.ShouldBe("1");
        log.All.ShouldContain(line => line.EndsWith("While a training runs, inspection uses 2 threads and the training 1.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_successful_trainer_wrote_to_standard_error_is_logged_once()
    {
        var log = new LogLines();

        await RunAsync("""for i in 1 2 3; do echo "[12:00:0$i] Cannot do it." >&2; done; echo '{"version":"4"}'""", log: log);

        log.All.ShouldBe(["Warning: The trainer of tile wrote to standard error: [12:00:01] Cannot do it. (1 times)"]);
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsAlive(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);

    private Task<TrainingResult> RunAsync(
        string script, Action<TrainerLine>? progress = null, CancellationTokenSource? cancel = null, ProductSettings? settings = null,
        ProcessorShares? shares = null, LogLines? log = null)
    {
        var order = new TrainingOrder("tile", _folder.Path, settings ?? new ProductSettings(), new());
        return TrainerScript.Process(TrainerScript.Write(_folder, script), _time, shares, log).RunAsync(order, progress ?? (_ => { }), cancel?.Token ?? TestContext.Current.CancellationToken);
    }
}
