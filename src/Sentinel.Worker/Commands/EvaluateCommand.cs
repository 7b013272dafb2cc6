using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Sentinel.Core;
using Sentinel.Core.Detection;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using Spectre.Console;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel evaluate</c>: trains on a labelled set of images and says what the model is worth on its test images.</summary>
internal sealed class EvaluateCommand : Verb
{
    private readonly Argument<string> _folder = new("folder") { Description = "Folder in MVTec layout: train/good, test/good, test/DEFECT, ground_truth/DEFECT.", HelpName = "DIR" };
    private readonly Option<string?> _product = new("--product") { Description = "Name of the product (default: the folder's name); its settings hold.", HelpName = "NAME" };
    private readonly Option<string?> _model = new("--model") { Description = "Evaluate the model in this version folder instead of training one.", HelpName = "DIR" };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of every random choice.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _out = new("--out") { Description = "Keep the model, evaluation.json and scores.csv in this folder.", HelpName = "DIR" };
    private readonly Option<TimeSpan> _budget = BudgetOption.Of(TimeSpan.FromMinutes(5));

    public EvaluateCommand()
        : base("evaluate", "Train on a labelled set of images and measure the model on its test images.", "sentinel evaluate ./magnetic-tile --budget 00:05:00 --json")
    {
        Add(_folder);
        Add(_product);
        Add(_model);
        Add(_budget);
        Add(_seed);
        Add(_out);
        _product.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && !ProductName.IsValid(given))
            {
                result.AddError($"'{given}' cannot be a product's name; it takes {ProductName.Rule}.");
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
            var (model, training) = call.Value(_model) is { } version
                ? (Path.GetFullPath(version), null)
                : await TrainAsync(call, product, folder, new ModelRegistry(Path.Combine(work, "models")), torch, cancel);

            using var detector = await Detector.LoadAsync(model, torch);
            var evaluator = new Evaluator(detector, call.Options.Limits);
            var report = await EvaluationDisplay.Choose(call.Json).ShowAsync(
                $"Evaluating {product}", progress => evaluator.EvaluateAsync(folder, training, EvaluationDisplay.Phases(progress), cancel));

            Tell(call, report);
            if (output is not null)
            {
                await File.WriteAllTextAsync(Path.Combine(work, "evaluation.json"), report.ToJson() + '\n', cancel);
                await File.WriteAllLinesAsync(Path.Combine(work, "scores.csv"), Scores(report, folder), cancel);
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

    private async Task<(string VersionFolder, TrainingTime Training)> TrainAsync(
        Invocation call, string product, MvtecFolder folder, ModelRegistry registry, TorchThread torch, CancellationToken cancel)
    {
        _ = folder.TrainGood;
        var settings = call.Options.SettingsOf(product);
        var plan = new TrainingPlan
        {
            Product = product,
            GoodFolder = folder.TrainGoodFolder,
            Budget = call.Value(_budget),
            Seed = call.Value(_seed),
            FalseAlarmBudget = settings.FalseAlarmBudget,
            SuspectBudget = settings.SuspectBudget,
            Limits = call.Options.Limits,
        };
        var started = Stopwatch.GetTimestamp();
        var imagesPerSecond = 0.0;
        var model = await EvaluationDisplay.Choose(call.Json).ShowAsync(
            $"Training {product}", progress => new Trainer(registry, torch).TrainAsync(plan, EvaluationDisplay.NotingSpeed(progress, speed => imagesPerSecond = speed), cancel));
        return (registry.FolderOf(product, model.Version), new TrainingTime(Stopwatch.GetElapsedTime(started).TotalSeconds, imagesPerSecond));
    }

    private static void Tell(Invocation call, EvaluationReport report)
    {
        if (call.Json)
        {
            Console.WriteLine(report.ToJson());
        }
        else
        {
            EvaluationTable.Show(AnsiConsole.Console, report);
        }
    }

    private static IEnumerable<string> Scores(EvaluationReport report, MvtecFolder folder) =>
        report.Samples.Select(s => string.Create(
            CultureInfo.InvariantCulture,
            $"\"{Path.GetRelativePath(folder.Folder, s.Sample.File)}\",\"{s.Sample.Kind}\",{s.Score:R},{s.Ratio:R},{s.PValue:R},{s.Verdict.ToString().ToLowerInvariant()}"))
            .Prepend("file,kind,score,ratio,pValue,verdict");
}
