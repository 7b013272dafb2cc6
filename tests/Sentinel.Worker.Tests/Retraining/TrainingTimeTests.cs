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
    [InlineData("nightly", true)]
    [InlineData("0 0 2 * * ?", true)]
    [InlineData("daily", false)]
    public void What_is_neither_is_refused(string schedule, bool isValid) => TrainingTime.IsValid(schedule).ShouldBe(isValid);
}
