using Sentinel.Core.Detection;
using Spectre.Console;

namespace Sentinel.Worker.Commands;

/// <summary>Verdicts as they come: JSON lines for machines, lines when the output goes to a file, a table at the end on a terminal.</summary>
internal sealed class VerdictTable(bool json, int images)
{
    private readonly List<ScoreLine> _lines = [];
    private readonly bool _onTerminal = !json && !Console.IsOutputRedirected;

    public void Add(ScoreLine line)
    {
        _lines.Add(line);
        if (json)
        {
            Console.WriteLine(line.ToLine());
        }
        else if (line.Error is not null)
        {
            Console.Error.WriteLine($"{line.File}: {line.Error}");
        }
        else if (_onTerminal)
        {
            Console.Error.Write($"\r{_lines.Count} of {images}");
        }
        else
        {
            Console.WriteLine($"{Word(line.Verdict),-9}  {line.Ratio,7:0.00}  p={line.PValue:0.000}  {line.File}{Where(line)}");
        }
    }

    public void End()
    {
        if (json)
        {
            return;
        }

        if (_onTerminal)
        {
            Console.Error.Write("\r");
            AnsiConsole.Write(Table());
        }

        var counts = Enum.GetValues<Verdict>().Select(verdict => $"{_lines.Count(line => line.Verdict == verdict)} {Word(verdict)}");
        Console.WriteLine($"{images} images: {string.Join(", ", counts)}, {_lines.Count(line => line.Error is not null)} unreadable.");
    }

    private static string Word(Verdict? verdict) => $"{verdict}".ToLowerInvariant();

    private static string Where(ScoreLine line) =>
        line.Regions is [var first, ..] ? $"  at {first.X},{first.Y} {first.Width}x{first.Height}" : "";

    private Table Table()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Image", "Verdict");
        table.AddColumn(new TableColumn("Ratio").RightAligned()).AddColumn(new TableColumn("p").RightAligned()).AddColumn("Where");
        foreach (var line in _lines.Where(line => line.Error is null).OrderByDescending(line => line.Ratio))
        {
            var colour = line.Verdict switch { Verdict.Anomalous => "red", Verdict.Suspect => "yellow", _ => "green" };
            table.AddRow(
                Markup.Escape(line.File), $"[{colour}]{Word(line.Verdict)}[/]", $"{line.Ratio:0.00}", $"{line.PValue:0.000}", Where(line).Trim());
        }

        return table;
    }
}
