using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Tests.Retraining;

public sealed class TrainingTimeTests
{
    [Fact]
    public void Products_are_spread_over_the_night_and_keep_their_minute()
    {
        var crons = Enumerable.Range(0, 60).Select(i => TrainingTime.CronOf($"station-{i}", "nightly")).ToList();

        crons.Distinct().Count().ShouldBeGreaterThan(45);
        crons.ShouldBe(Enumerable.Range(0, 60).Select(i => TrainingTime.CronOf($"station-{i}", "Nightly")));
        var noon = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeZoneInfo.Local.GetUtcOffset(new DateTime(2026, 3, 1, 12, 0, 0)));
        foreach (var i in Enumerable.Range(0, 60))
        {
            var next = TrainingTime.After(noon, $"station-{i}", "nightly")!.Value.ToLocalTime();
            (next.Day, next.Hour).ShouldSatisfyAllConditions(at => at.Day.ShouldBe(2), at => at.Hour.ShouldBeInRange(1, 4));
        }
    }

    [Fact]
    public void A_cron_expression_holds_as_it_is() => TrainingTime.CronOf("tile", "0 15 6 * * ?").ShouldBe("0 15 6 * * ?");

    [Theory]
    [InlineData("0 0 2 * * ?", 24.0)]
    [InlineData("0 0 3 ? * SUN", 7 * 24.0)]
    [InlineData("0 0 2 ? * MON-FRI", 3 * 24.0)]
    [InlineData("0 0/15 8-16 ? * MON-FRI", (2 * 24) + 15.25)]
    [InlineData("* * * * * ?", 1 / 3600.0)]
    [InlineData("0 0 3 1 1 ? 2099", null)]
    public void A_schedule_promises_its_longest_gap(string schedule, double? hours)
    {
        var june = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero); // No clock is changed in the weeks that follow.

        TrainingTime.Interval(june, "tile", schedule)?.TotalHours.ShouldBe(hours!.Value, 0.001);
        (TrainingTime.Interval(june, "tile", schedule) is null).ShouldBe(hours is null);
    }

    [Fact]
    public void A_night_s_minute_is_promised_each_day() =>
        TrainingTime.Interval(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero), "tile", "nightly").ShouldBe(TimeSpan.FromDays(1));

    [Theory]
    [InlineData("nightly", true)]
    [InlineData("0 0 2 * * ?", true)]
    [InlineData("daily", false)]
    public void What_is_neither_is_refused(string schedule, bool isValid) => TrainingTime.IsValid(schedule).ShouldBe(isValid);
}
