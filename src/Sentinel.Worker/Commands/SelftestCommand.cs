using System.CommandLine;
using Sentinel.Core.Evaluation.Reporting;
using Sentinel.Core.Selftest;
using Sentinel.Core.Selftest.Sheet;
using Sentinel.Core.Torch;
using Spectre.Console;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel selftest</c>: does this machine compute as it should? Needs no images, no configuration and no model.</summary>
internal sealed class SelftestCommand : Verb
{
    private const string Sheet = "selftest.png";

    private readonly Option<string> _out = new("--out") { Description = $"Folder for the report, {Sheet} (default: where you are).", HelpName = "DIR", DefaultValueFactory = _ => "." };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of every random choice; the same seed gives the same figures.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _steps = new("--steps") { Description = "Take at most this many steps on each rung.", Hidden = true, DefaultValueFactory = _ => int.MaxValue };

    public SelftestCommand()
        : base("selftest", "Learn small things in about two minutes, from a sine to the denoising autoencoder, and say whether this machine computes as it should.", "sentinel selftest --out ./report")
    {
        Add(_out);
        Add(_seed);
        Add(_steps);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        // Made first: nobody waits two minutes to learn that there is no place for the report.
        var sheet = Path.Combine(Directory.CreateDirectory(call.Value(_out)!).FullName, Sheet);
        using var torch = new TorchThread();
        var report = await EvaluationDisplay.Choose(call.Json).ShowAsync(
            "Selftest", progress => new Ladder(Ladder.Whole, torch) { MostSteps = call.Value(_steps) }.ClimbAsync(call.Value(_seed), progress, cancel));
        if (!call.Json)
        {
            SelftestTable.Show(AnsiConsole.Console, report);
        }

        AtomicFile.Write(sheet, Name, SelftestSheet.Draw(report, ReportOrigin.OfThisProcess(call.CommandLine, TimeProvider.System)));
        Console.WriteLine(call.Json ? SelftestJson.Of(report, sheet) : $"Report  {sheet}");
        return report.IsPassed ? SentinelCommand.Done : SentinelCommand.Failed;
    }
}
