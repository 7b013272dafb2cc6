using Microsoft.Extensions.Time.Testing;
using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Tests.Inbox;

public sealed class ReadyRuleTests : IDisposable
{
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(2);

    private readonly DataRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_file_is_ready_after_it_stood_still_for_the_quiet_period()
    {
        _root.Drop("tile/a.jpg");

        Look().ShouldBe(_quiet);
        _root.Time.Advance(TimeSpan.FromSeconds(1.5));
        Look().ShouldBe(TimeSpan.FromSeconds(0.5));
        _root.Time.Advance(TimeSpan.FromSeconds(0.5));
        Look().ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void An_old_file_is_watched_for_the_quiet_period_after_a_start_too()
    {
        File.SetLastWriteTimeUtc(_root.Drop("tile/a.jpg"), DateTime.UtcNow.AddYears(-1));

        Look().ShouldBe(_quiet);
    }

    [Fact]
    public void A_growing_file_waits()
    {
        var path = _root.Drop("tile/a.jpg");
        Look();
        _root.Time.Advance(_quiet);
        File.AppendAllText(path, "more");

        Look().ShouldBe(_quiet);
    }

    [Fact]
    public void A_file_of_which_only_the_time_changes_waits()
    {
        var path = _root.Drop("tile/a.jpg");
        Look();
        _root.Time.Advance(_quiet);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(1));

        Look().ShouldBe(_quiet);
    }

    [Fact]
    public void A_file_on_hold_waits_until_its_time_or_until_it_changes()
    {
        var path = _root.Drop("tile/a.jpg");
        _root.Ready.Hold(_root.Waiting("tile")[0], _root.Time.GetUtcNow().AddMinutes(1));

        _root.Time.Advance(TimeSpan.FromSeconds(30));
        Look().ShouldBe(TimeSpan.FromSeconds(30));
        File.AppendAllText(path, "more");
        Look().ShouldBe(_quiet);
    }

    [Fact]
    public void What_is_not_looked_at_any_more_is_forgotten()
    {
        _root.Drop("tile/a.jpg");
        var file = _root.Waiting("tile")[0];
        _root.Ready.Look(file, _quiet);
        _root.Ready.ForgetUnseen();
        _root.Ready.ForgetUnseen();
        _root.Time.Advance(_quiet);

        _root.Ready.Look(file, _quiet).ShouldBe(_quiet);
    }

    [Fact]
    public void A_clock_that_is_set_meanwhile_changes_nothing()
    {
        var clock = new SetClock();
        var rule = new ReadyRule(clock);
        _root.Drop("tile/a.jpg");
        var file = _root.Waiting("tile")[0];
        rule.Look(file, _quiet);

        clock.SetBy = TimeSpan.FromHours(-1);
        clock.Advance(TimeSpan.FromSeconds(1.5));
        rule.Look(file, _quiet).ShouldBe(TimeSpan.FromSeconds(0.5));
        clock.SetBy = TimeSpan.FromHours(1);
        rule.Look(file, _quiet).ShouldBe(TimeSpan.FromSeconds(0.5));
    }

    private sealed class SetClock : FakeTimeProvider
    {
        public TimeSpan SetBy { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + SetBy;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }

    private TimeSpan Look() => _root.Ready.Look(_root.Waiting("tile").Single(), _quiet);
}
