using System.Globalization;
using Sentinel.Core.Selftest;
using Spectre.Console;

namespace Sentinel.Worker.Commands;

/// <summary>A selftest as people read it: a row for each rung, and below what is wrong, said once for all rungs it is true of.</summary>
internal static class SelftestTable
{
    public static void Show(IAnsiConsole console, LadderReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("rung", "figure", "must reach")
            .AddColumn(new TableColumn("time").RightAligned()).AddColumn("verdict");
        foreach (var rung in report.Rungs)
        {
            table.AddRow(
                new Text(rung.Name), Lines(rung, measure => measure.Figure), Lines(rung, measure => measure.MustReach),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{rung.Took.TotalSeconds:0.0} s")),
                rung.IsPassed ? new Text("passed", new Style(Color.Green)) : new Text("failed", new Style(Color.Red)));
        }

        console.Write(table);
        var writer = console.Profile.Out.Writer;
        foreach (var fault in report.Rungs.Where(rung => !rung.IsPassed).GroupBy(rung => rung.Explanation))
        {
            writer.WriteLine($"{string.Join(", ", fault.Select(rung => rung.Name))}: {fault.Key}");
        }

        writer.WriteLine(report.Machine);
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Rungs.Count(rung => rung.IsPassed)} of {report.Rungs.Count} rungs passed in {report.Took.TotalSeconds:0} s, seed {report.Seed}."));
    }

    private static Text Lines(RungReport rung, Func<Measure, string> line) => new(string.Join('\n', rung.Measures.Select(line).DefaultIfEmpty("none")));
}
