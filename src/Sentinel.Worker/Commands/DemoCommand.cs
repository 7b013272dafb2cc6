using System.CommandLine;
using System.Text.Json;
using Sentinel.Worker.Demo;
using Spectre.Console;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel demo</c>: the whole of Sentinel in under three minutes, on drawn parts or on the user's own.</summary>
internal sealed class DemoCommand : Verb
{
    private readonly Option<int?> _seed = new("--seed") { Description = "Seed of the product and of the training (default: another every time).", HelpName = "N" };
    private readonly Option<string?> _from = new("--from") { Description = "Learn from this folder of images of good parts instead of drawn ones.", HelpName = "DIR" };
    private readonly Option<TimeSpan> _budget = BudgetOption.Of(TimeSpan.FromMinutes(1));

    private readonly Option<bool> _keepRunning = new("--keep-running") { Description = "Leave Sentinel running afterwards, until Ctrl+C." };

    public DemoCommand()
        : base("demo", "Learn a product, inspect good and defective parts, and show what came of it; in a new folder, ./data-demo unless --data names one.", "sentinel demo --seed 7 --keep-running")
    {
        Add(_seed);
        Add(_from);
        Add(_budget);
        Add(_keepRunning);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var seed = call.Value(_seed) ?? Random.Shared.Next(1, 10_000);
        var plan = new DemoPlan
        {
            Product = call.Value(_from) is { } folder ? new PhotographedParts(folder, seed, call.Options.Limits) : new DrawnPlates(seed),
            Folders = FreshDataRoot.Choose(call.Value(CommonOptions.Data)),
            Budget = call.Value(_budget),
            Seed = seed,
            Settings = call.Configuration,
        };
        using var held = DataRootLock.Take(plan.Folders);
        await using var demo = new DemoRun(plan);

        var known = demo.Prepare();
        Say(call, $"Seed {seed}. {known} images of good parts are in {Path.Combine(plan.Folders.Good, plan.Product.Name)}");
        await ProgressDisplay.Choose(call.Json).ShowAsync("Learning", progress => demo.LearnAsync(progress, cancel));
        var outcome = await ProgressDisplay.Choose(call.Json).ShowAsync("Inspecting", progress => demo.InspectAsync(progress, cancel));

        Tell(call, plan, outcome);
        if (call.Value(_keepRunning))
        {
            Say(call, $"Sentinel goes on: drop images into {Path.Combine(plan.Folders.Inbox, plan.Product.Name)}; {outcome.Address}/metrics. Ctrl+C ends it.");
            await demo.KeepRunningAsync(cancel);
        }

        return SentinelCommand.Done;
    }

    private static void Say(Invocation call, string line)
    {
        if (!call.Json)
        {
            Console.WriteLine(line);
        }
    }

    private static void Tell(Invocation call, DemoPlan plan, DemoOutcome outcome)
    {
        if (call.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(Summary(plan, outcome), JsonSerializerOptions.Web));
            return;
        }

        DemoTable.Show(AnsiConsole.Console, outcome);
        Console.WriteLine($"""

            Contact sheet  {outcome.ContactSheet}
            Results        {Path.Combine(plan.Folders.Results, plan.Product.Name)}
            Metrics        {outcome.Address}/metrics, while it runs: sentinel run --data {plan.Folders.Root}
            """);
    }

    private static object Summary(DemoPlan plan, DemoOutcome outcome) => new
    {
        plan.Seed,
        DataRoot = plan.Folders.Root,
        outcome.ContactSheet,
        outcome.Defective,
        outcome.Caught,
        outcome.Good,
        outcome.FalseAlarms,
        Images = outcome.Verdicts.Select(v => new { File = v.Dropped.FileName, v.Dropped.What, Verdict = v.Report.Verdict.ToString().ToLowerInvariant(), v.Report.Ratio, v.Report.PValue }),
    };
}
