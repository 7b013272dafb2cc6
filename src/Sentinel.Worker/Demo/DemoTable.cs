using System.Globalization;
using Sentinel.Core.Detection;
using Spectre.Console;

namespace Sentinel.Worker.Demo;

/// <summary>The demo's verdicts as people read them.</summary>
internal static class DemoTable
{
    public static void Show(IAnsiConsole console, DemoOutcome outcome)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("file", "what it is", "verdict")
            .AddColumn(new TableColumn("ratio").RightAligned()).AddColumn(new TableColumn("p-value").RightAligned());
        foreach (var (dropped, report) in outcome.Verdicts)
        {
            table.AddRow(
                new Text(dropped.FileName), new Text(dropped.What), new Text(report.Verdict.ToString().ToLowerInvariant(), ColourOf(report.Verdict)),
                new Text(report.Ratio.ToString("0.00", CultureInfo.InvariantCulture)),
                new Text(report.PValue.ToString("0.000", CultureInfo.InvariantCulture)));
        }

        console.Write(table);
        console.Profile.Out.Writer.WriteLine(
            $"Caught {outcome.Caught} of {outcome.Defective} defective parts ({outcome.DefectiveSuspect} more suspect); "
            + $"flagged {outcome.FalseAlarms} of {outcome.Good} good ones ({outcome.GoodSuspect} more suspect).");
    }

    private static Style ColourOf(Verdict verdict) => verdict switch
    {
        Verdict.Normal => new Style(Color.Green),
        Verdict.Suspect => new Style(Color.Yellow),
        _ => new Style(Color.Red),
    };
}
