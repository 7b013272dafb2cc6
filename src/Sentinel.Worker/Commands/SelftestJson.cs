using System.Text.Json;
using Sentinel.Core.Selftest;

namespace Sentinel.Worker.Commands;

/// <summary>A selftest as one line for machines.</summary>
internal static class SelftestJson
{
    public static string Of(LadderReport report, string sheet) => JsonSerializer.Serialize(
        new
        {
            Passed = report.IsPassed,
            report.Seed,
            Seconds = Seconds(report.Took),
            Report = sheet,
            report.Machine,
            Rungs = report.Rungs.Select(rung => new
            {
                rung.Name,
                Passed = rung.IsPassed,
                Seconds = Seconds(rung.Took),
                Figures = rung.Measures.Select(measure => new
                {
                    Name = measure.What,
                    Value = double.IsFinite(measure.Value) ? measure.Value : (double?)null,
                    measure.Unit,
                    AtLeast = measure.HigherIsBetter ? measure.Limit : (double?)null,
                    AtMost = measure.HigherIsBetter ? (double?)null : measure.Limit,
                    Passed = measure.IsReached,
                }),
                rung.Explanation,
            }),
        },
        JsonSerializerOptions.Web);

    private static double Seconds(TimeSpan took) => Math.Round(took.TotalSeconds, 1);
}
