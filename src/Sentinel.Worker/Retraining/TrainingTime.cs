using Quartz;

namespace Sentinel.Worker.Retraining;

/// <summary>
/// When a product is trained: a cron expression, or <c>nightly</c>, which spreads the products over the minutes between 01:00 and 05:00. A product's minute
/// follows from its name, so that it stays when others come and go; two that share one are trained one after the other.
/// </summary>
internal static class TrainingTime
{
    public const string Nightly = "nightly";

    private const int FirstMinute = 60;
    private const int Minutes = 240;

    /// <summary>A quarter of an hour's schedule for two weeks, and more; one that asks each second is not looked at to its end.</summary>
    private const int MostLooks = 2000;

    public static bool IsValid(string schedule) => IsNightly(schedule) || CronExpression.TryParse(schedule, out _);

    /// <summary>The cron expression that holds for a product, seconds first.</summary>
    public static string CronOf(string product, string schedule)
    {
        if (!IsNightly(schedule))
        {
            return schedule;
        }

        var minute = FirstMinute + (int)(Hash(product) % Minutes);
        return $"0 {minute % 60} {minute / 60} * * ?";
    }

    public static DateTimeOffset? After(DateTimeOffset time, string product, string schedule) =>
        new CronExpression(CronOf(product, schedule)).GetNextValidTimeAfter(time);

    /// <summary>
    /// The longest time between two trainings that the schedule asks for in the next two weeks, or between the next two: the weekend, where it
    /// asks on workdays. Null when it asks less than twice.
    /// </summary>
    public static TimeSpan? Interval(DateTimeOffset time, string product, string schedule)
    {
        var cron = new CronExpression(CronOf(product, schedule));
        TimeSpan? longest = null;
        var at = cron.GetNextValidTimeAfter(time);
        for (var i = 0; i < MostLooks && at is { } one && cron.GetNextValidTimeAfter(one) is { } next; i++, at = next)
        {
            longest = longest > next - one ? longest : next - one;
            if (next - time > TimeSpan.FromDays(14))
            {
                break;
            }
        }

        return longest;
    }

    private static bool IsNightly(string schedule) => schedule.Trim().Equals(Nightly, StringComparison.OrdinalIgnoreCase);

    /// <summary>FNV-1a, and mixed once more, because its low bits alone follow the last letter.</summary>
    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        hash ^= hash >> 16;
        return hash * 0x45d9f3bu;
    }
}
