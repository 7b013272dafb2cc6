using System.Runtime.InteropServices;
using Sentinel.Core.Selftest;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;

namespace Sentinel.Core.Tests.Selftest;

public sealed class LadderTests : IDisposable
{
    private static readonly Measure _reached = new("PSNR", 31, "dB", 30, HigherIsBetter: true);

    private readonly TorchThread _torch = new(threads: 1);

    [Fact]
    public async Task A_broken_rung_is_reported_with_type_and_message_and_the_others_still_run()
    {
        var report = await ClimbAsync(
            new FakeRung(_ => throw new InvalidCastException("no such thing")), new FakeRung(_ => new RungOutcome([_reached], [])));

        report.IsPassed.ShouldBeFalse();
        report.Rungs.Select(rung => rung.IsPassed).ShouldBe([false, true]);
        report.Rungs[0].Explanation!.ShouldStartWith("System.InvalidCastException: no such thing This is a fault in Sentinel itself");
    }

    [Fact]
    public async Task One_figure_of_several_that_is_missed_fails_the_rung_and_is_named_with_what_it_must_reach()
    {
        var missed = new Measure("RMSE", 0.21, "", 0.05, HigherIsBetter: false);

        var rung = (await ClimbAsync(new FakeRung(_ => new RungOutcome([_reached, missed], [])))).Rungs[0];

        rung.IsPassed.ShouldBeFalse();
        rung.Explanation!.ShouldStartWith("RMSE 0.210 must be at most 0.050. ");
        rung.Explanation.ShouldContain("LD_LIBRARY_PATH");
    }

    [Fact]
    public void What_is_no_number_reaches_nothing()
    {
        (_reached with { Value = double.NaN }).IsReached.ShouldBeFalse();
        (_reached with { Value = double.NaN, HigherIsBetter = false }).IsReached.ShouldBeFalse();
    }

    [Fact]
    public async Task Every_fault_of_the_machine_is_told_from_the_others()
    {
        var results = new Queue<float[]>([[1f, 2f], [1f, MathF.BitIncrement(2f)]]);
        var report = await ClimbAsync(
            new FakeRung(attempt => Step(attempt, double.NaN)),
            new FakeRung(attempt => Twice(attempt, () => [1f, float.PositiveInfinity])),
            new FakeRung(attempt => Twice(attempt, results.Dequeue)),
            new FakeRung(_ => Step(new Attempt(1, TimeSpan.Zero), 0.1)),
            new FakeRung(_ => throw new TypeInitializationException("TorchSharp.torch", new DllNotFoundException("libLibTorchSharp.so: cannot open"))),
            new FakeRung(_ => throw new ExternalException("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")));

        string[] said = [.. report.Rungs.Select(rung => rung.Explanation!)];
        said[0].ShouldStartWith("The loss is no number any more after step 3 of 10. The processor or the memory computes wrongly");
        said[1].ShouldStartWith("1 of 2 results are no numbers. The processor or the memory computes wrongly");
        said[2].ShouldStartWith("The same computation, done twice, gave 1 of 2 numbers differently. The processor or the memory is unreliable");
        said[3].ShouldStartWith("Only 3 of 10 steps were done in 0 s");
        said[3].ShouldContain("cpu.max");
        said[4].ShouldStartWith("A native library cannot be loaded: libLibTorchSharp.so: cannot open.");
        said[4].ShouldContain("libstdc++");
        said[5].ShouldStartWith("Memory ran out:");
    }

    [Fact]
    public async Task The_share_of_the_whole_grows_with_each_rung_by_the_time_it_usually_takes()
    {
        List<(string Rung, double Share)> told = [];
        var ladder = new Ladder([new FakeRung(Half) { Name = "short" }, new FakeRung(Half) { Name = "long", Usual = TimeSpan.FromSeconds(3) }], _torch);

        await ladder.ClimbAsync(1, new Listener(progress => told.Add((progress.Phase, progress.Fraction))), TestContext.Current.CancellationToken);

        told.ShouldBe([("short", 0), ("short", 0.125), ("long", 0.25), ("long", 0.625)]);

        static RungOutcome Half(Attempt attempt)
        {
            attempt.Step(5, 10, 0.1);
            return new RungOutcome([_reached], []);
        }
    }

    [Fact]
    public async Task Who_is_told_to_stop_does_not_report_a_failed_machine()
    {
        using var stop = new CancellationTokenSource();
        var ladder = new Ladder([new FakeRung(attempt =>
        {
            stop.Cancel();
            return Step(attempt, 0.1);
        })], _torch);

        await Should.ThrowAsync<OperationCanceledException>(() => ladder.ClimbAsync(1, null, stop.Token));
    }

    public void Dispose() => _torch.Dispose();

    private Task<LadderReport> ClimbAsync(params IRung[] rungs) => new Ladder(rungs, _torch).ClimbAsync(1, null, TestContext.Current.CancellationToken);

    private static RungOutcome Step(Attempt attempt, double loss)
    {
        attempt.Step(3, 10, loss);
        return new RungOutcome([_reached], []);
    }

    private static RungOutcome Twice(Attempt attempt, Func<float[]> compute)
    {
        attempt.Twice(compute);
        return new RungOutcome([_reached], []);
    }

    private sealed class FakeRung(Func<Attempt, RungOutcome> learn) : IRung
    {
        public string Name { get; init; } = "fake";

        public string Shows => "Nothing.";

        public TimeSpan Usual { get; init; } = TimeSpan.FromSeconds(1);

        public RungOutcome Learn(Attempt attempt) => learn(attempt);
    }

    private sealed class Listener(Action<TrainingProgress> hear) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => hear(value);
    }
}
