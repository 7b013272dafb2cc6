using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel train</c>: by hand, and as the child process of a running host.</summary>
internal sealed class TrainCommand : Verb
{
    private readonly Option<string> _product = ProductOption();

    private readonly Option<string?> _good = new("--good")
    {
        Description = "Folder of known-good images (default good/NAME in the data folder).",
        HelpName = "DIR",
    };

    private readonly Option<TimeSpan?> _budget = new("--budget")
    {
        Description = "Time the training may take (default Sentinel:Training:Budget).",
        HelpName = "hh:mm:ss",
    };

    private readonly Option<int?> _seed = new("--seed")
    {
        Description = "Seed of every random choice (default Sentinel:Training:Seed).",
        HelpName = "N",
    };

    private readonly Option<int?> _parent = new("--parent") { Description = "End when this process ends.", Hidden = true };

    public TrainCommand()
        : base(
            "train",
            "Learn a product from images of good ones; the model is put into use when it is no worse than the one before.",
            "sentinel train --product tile --good ./tiles/good --budget 00:05:00")
    {
        Add(_product);
        Add(_good);
        Add(_budget);
        Add(_seed);
        Add(_parent);
        _budget.Validators.Add(result =>
        {
            // What is no time span at all is refused by the parser.
            if (result.Tokens is [var token] && TimeSpan.TryParse(token.Value, CultureInfo.InvariantCulture, out var budget)
                && (budget < TimeSpan.FromSeconds(5) || budget > TimeSpan.FromDays(1)))
            {
                result.AddError($"A training's budget is 5 seconds to a day, not {budget}.");
            }
        });
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        if (call.Value(_parent) is { } parent)
        {
            ChildProcess.BelongTo(parent);
        }

        var product = call.Required(_product);
        var settings = call.Options.SettingsOf(product);
        var library = call.Library;
        var plan = new TrainingPlan
        {
            Product = product,
            GoodFolder = Path.GetFullPath(call.Value(_good) ?? Path.Combine(call.Folders.Good, product)),
            Budget = call.Value(_budget) ?? settings.Training.Budget,
            Seed = call.Value(_seed) ?? settings.Training.Seed,
            FalseAlarmBudget = settings.FalseAlarmBudget,
            SuspectBudget = settings.SuspectBudget,
            Limits = call.Options.Limits,
        };
        if (!Directory.Exists(plan.GoodFolder))
        {
            throw new TrainingRefusedException(
                $"There is no folder {plan.GoodFolder}. Put images of good products there, or name their folder with --good DIR.");
        }

        var registry = library.Registry;
        var good = KnownGood.In(plan.GoodFolder);
        var started = Stopwatch.GetTimestamp();
        using var slot = await SlotAsync(call, cancel);
        using var torch = new TorchThread();
        var (model, decision, why) = await ProgressDisplay.Choose(call.Json).ShowAsync(
            $"Training {product}", progress => library.Trainings(torch).RunAsync(plan, settings.Training, progress, cancel));
        if (call.Value(_parent) is null)
        {
            // The host notes its own trainings, with those that fail.
            new LastTraining
            {
                EndedAt = DateTimeOffset.UtcNow,
                Outcome = TrainingOutcomes.Trained,
                Version = model.Version,
                Images = good.Images,
                Fingerprint = good.Fingerprint,
            }.Write(registry, product);
        }

        Tell(call.Json, model, good.Images, Stopwatch.GetElapsedTime(started), registry, decision, why);
        return SentinelCommand.Done;
    }

    /// <summary>The host that started this training holds the slot for it.</summary>
    private async Task<TrainingSlot?> SlotAsync(Invocation call, CancellationToken cancel) => call.Value(_parent) is not null
        ? null
        : await TrainingSlot.TakeAsync(
            call.Folders,
            call.Options.TrainingsAtOnce,
            () => Console.Error.WriteLine($"Another training runs on {call.Folders.Root}; this one begins when that has ended. Ctrl+C gives up."),
            TimeProvider.System,
            cancel);

    private static void Tell(bool json, ModelManifest model, int images, TimeSpan took, ModelRegistry registry, string decision, string? why)
    {
        if (json)
        {
            Console.WriteLine(new TrainerLine
            {
                Product = model.Product,
                Version = model.Version,
                TrainedAt = model.TrainedAt,
                Images = images,
                Seconds = Math.Round(took.TotalSeconds, 1),
                Decision = decision,
                Why = why,
            });
            return;
        }

        Console.WriteLine(
            $"Trained {model.Product} on {images} images in {took:hh\\:mm\\:ss}: model {model.Version}, {registry.FolderOf(model.Product, model.Version)}");
        if (decision != PromotionOutcomes.Promoted)
        {
            Console.WriteLine($"It is not in use, it was {decision}: {why}");
        }
    }
}
