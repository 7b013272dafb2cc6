using System.CommandLine;
using Sentinel.Core;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Evaluation.Reporting;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using Spectre.Console;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel evaluate</c>: trains on a labelled set of images and says what the model is worth on its test images.</summary>
internal sealed class EvaluateCommand : Verb
{
    private const int MostSeeds = 100;

    private readonly Argument<string> _folder = new("folder") { Description = "Folder in MVTec layout: train/good, test/good, test/DEFECT, ground_truth/DEFECT.", HelpName = "DIR" };
    private readonly Option<string?> _product = new("--product") { Description = "Name of the product (default: the folder's name); its settings hold.", HelpName = "NAME" };
    private readonly Option<string?> _model = new("--model") { Description = "Evaluate the model in this version folder instead of training one.", HelpName = "DIR" };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of every random choice.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _seeds = new("--seeds") { Description = "Train and evaluate this many times, with the seeds that follow --seed; figures are medians.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _out = new("--out") { Description = "Keep models, evaluation.json, scores.csv and a report with pictures, report.md, in this folder.", HelpName = "DIR" };
    private readonly Option<TimeSpan> _budget = BudgetOption.Of(TimeSpan.FromMinutes(5));

    public EvaluateCommand()
        : base("evaluate", "Train on a labelled set of images and measure the model on its test images.", "sentinel evaluate ./magnetic-tile --budget 00:05:00 --json")
    {
        Add(_folder);
        Add(_product);
        Add(_model);
        Add(_budget);
        Add(_seed);
        Add(_seeds);
        Add(_out);
        _product.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && !ProductName.IsValid(given))
            {
                result.AddError($"'{given}' cannot be a product's name; it takes {ProductName.Rule}.");
            }
        });
        _seeds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var seeds && seeds is < 1 or > MostSeeds)
            {
                result.AddError($"--seeds is 1 to {MostSeeds}, not {seeds}.");
            }
        });
        Validators.Add(result =>
        {
            if (result.GetValue(_model) is not null && result.GetValue(_seeds) > 1)
            {
                result.AddError("--model measures one finished model, --seeds trains several: give one of them.");
            }
        });
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var folder = MvtecFolder.Open(call.Value(_folder)!);
        var product = call.Value(_product) ?? (ProductName.IsValid(Path.GetFileName(folder.Folder)) ? Path.GetFileName(folder.Folder) : ProductName.Default);
        var output = call.Value(_out);
        var work = output is null ? Directory.CreateTempSubdirectory("sentinel-evaluate-").FullName : Directory.CreateDirectory(output).FullName;
        try
        {
            using var torch = new TorchThread();
            var evaluation = new SeedEvaluation(folder, call.Options.Limits, torch, call.Json);
            var files = new EvaluationFiles(work, call.Value(_seeds) > 1);
            var seeds = new List<SeedReport>();
            for (var seed = call.Value(_seed); seeds.Count < call.Value(_seeds); seed++)
            {
                seeds.Add(call.Value(_model) is { } version
                    ? await evaluation.OfModelAsync(Path.GetFullPath(version), product, cancel)
                    : await evaluation.OfTrainingAsync(Plan(call, product, folder, seed), files.ModelsOf(seed), cancel));
                if (output is not null)
                {
                    await files.WriteSeedAsync(seeds[^1], folder, cancel);
                }
            }

            var summary = new SeedSummary(seeds);
            Tell(call, summary);
            if (output is not null)
            {
                await files.WriteSummaryAsync(summary, ReportOrigin.OfThisProcess(call.CommandLine, TimeProvider.System), call.Options.Limits, cancel);
            }

            return SentinelCommand.Done;
        }
        finally
        {
            if (output is null)
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private TrainingPlan Plan(Invocation call, string product, MvtecFolder folder, int seed)
    {
        _ = folder.TrainGood;
        var settings = call.Options.SettingsOf(product);
        return new TrainingPlan
        {
            Product = product,
            GoodFolder = folder.TrainGoodFolder,
            Budget = call.Value(_budget),
            Seed = seed,
            FalseAlarmBudget = settings.FalseAlarmBudget,
            SuspectBudget = settings.SuspectBudget,
            Limits = call.Options.Limits,
        };
    }

    private static void Tell(Invocation call, SeedSummary summary)
    {
        if (call.Json)
        {
            Console.WriteLine(summary.ToJson());
        }
        else
        {
            EvaluationTable.Show(AnsiConsole.Console, summary);
        }
    }
}
