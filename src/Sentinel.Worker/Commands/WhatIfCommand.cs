using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.WhatIf;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel what-if</c>: what would another budget, or another model, have said of the last days?</summary>
internal sealed class WhatIfCommand : Verb
{
    private readonly Option<string> _product = ProductOption();
    private readonly Option<double?> _budget = Share("--budget", "The false-alarm budget to try: 0.5% or 0.005.");
    private readonly Option<double?> _suspect = Share("--suspect", "The suspect budget to try (default: that of the model in use, or the budget where that is more).");
    private readonly Option<string?> _model = new("--model") { Description = "The version to try; its scores of the kept originals are computed.", HelpName = "N" };
    private readonly Option<int> _days = new("--days") { Description = "How far back to look.", HelpName = "N", DefaultValueFactory = _ => 7 };
    private readonly Option<string?> _out = new("--out") { Description = "Where to write the page with thumbnails (default what-if/NAME.html in the data folder).", HelpName = "FILE" };
    private readonly Option<bool> _apply = new("--apply") { Description = "Put the thresholds of the budget into use: the weights of the model in use, as a new version." };

    public WhatIfCommand()
        : base("what-if", "Judge the images of the last days again under another budget or another model, without retraining.", "sentinel what-if --product tile --budget 0.5% --days 14")
    {
        Add(_product);
        Add(_budget);
        Add(_suspect);
        Add(_model);
        Add(_days);
        Add(_out);
        Add(_apply);
        Validators.Add(result =>
        {
            // Whether they were given, not what they hold: what cannot be parsed has its own error.
            var applies = result.GetResult(_apply) is not null;
            if (result.GetResult(_budget) is null && (result.GetResult(_model) is null || applies))
            {
                result.AddError(applies ? "--apply takes a --budget; a model is put into use by 'sentinel models approve'." : "Name a --budget or a --model to try.");
            }
        });
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var product = call.Required(_product);
        var registry = call.Library.Registry;
        var champion = registry.ChampionOf(product) ?? throw new ModelUnusableException($"{product} has no model in use.");
        var budget = call.Value(_budget) is { } rate ? new Budgets(rate, Math.Max(rate, call.Value(_suspect) ?? registry.Read(product, champion).Calibration.SuspectBudget)) : null;
        var images = call.Library.Judged.Since(product, DateTimeOffset.UtcNow - TimeSpan.FromDays(call.Required(_days)));
        var judging = new Rejudging(call.Folders, registry, call.Options.Limits);
        var answer = call.Value(_model) is { } version
            ? await judging.WithModelAsync(product, images, version, budget, Progress(call.Json, images.Count), cancel)
            : judging.UnderBudget(product, images, budget!);
        var remark = budget is null ? null : Promise(registry.Read(product, call.Value(_model) ?? champion), budget);

        var page = Path.GetFullPath(call.Value(_out) ?? Path.Combine(call.Folders.Root, "what-if", $"{product}.html"));
        Directory.CreateDirectory(Path.GetDirectoryName(page)!);
        await File.WriteAllTextAsync(page, WhatIfPage.Html(Question(product, budget, call.Value(_model), call.Required(_days)), remark, answer, call.Folders, call.Options.Limits), cancel);
        var applied = call.Value(_apply)
            ? call.Library.Desk.Recalibrate(product, call.Value(_model) ?? champion, budget!, Configured(call.Options.SettingsOf(product)), ModelDesk.Person)
            : null;
        Tell(call.Json, product, answer, remark, page, applied);
        return SentinelCommand.Done;
    }

    private static Budgets Configured(ProductSettings settings) => new(settings.FalseAlarmBudget, settings.SuspectBudget);

    /// <summary>What so few calibration images cannot promise, or null when they can.</summary>
    private static string? Promise(ModelManifest model, Budgets budget)
    {
        var (images, needed) = (model.Calibration.Scores.Count, Calibration.ImagesNeededFor(budget.FalseAlarm));
        return images >= needed ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"A budget of {100 * budget.FalseAlarm:0.##} % takes {needed} calibration images; model {model.Version} has {images} and promises no less than {100.0 / (images + 1):0.##} %.");
    }

    private static string Question(string product, Budgets? budget, string? model, int days) => string.Create(
        CultureInfo.InvariantCulture,
        $"{product}, the last {days} days, {string.Join(", ", new[] { model is null ? null : $"model {model}", budget is { } b ? $"false-alarm budget {b.FalseAlarm:0.####}, suspect {b.Suspect:0.####}" : null }.OfType<string>())}");

    private static Action Progress(bool json, int images)
    {
        var done = 0;
        return () =>
        {
            done++;
            if (!json && !Console.IsOutputRedirected)
            {
                Console.Error.Write($"\r{done} of {images} ");
            }
        };
    }

    private static void Tell(bool json, string product, Rejudgement answer, string? remark, string page, ModelManifest? applied)
    {
        var counts = Enum.GetValues<Verdict>().ToDictionary(verdict => verdict.ToString().ToLowerInvariant(), verdict => answer.CountOf(verdict));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    product,
                    before = counts.ToDictionary(count => count.Key, count => count.Value.Before),
                    after = counts.ToDictionary(count => count.Key, count => count.Value.After),
                    newlyFlagged = answer.NewlyFlagged.Select(image => image.Image.FiledPath ?? image.Image.File),
                    newlyPassed = answer.NewlyPassed.Select(image => image.Image.FiledPath ?? image.Image.File),
                    answer.LeftOut,
                    remark,
                    page,
                    applied = applied?.Version,
                },
                JsonSerializerOptions.Web));
            return;
        }

        foreach (var (verdict, (before, after)) in counts)
        {
            Console.WriteLine($"{verdict,-10} {before,7} -> {after,7}");
        }

        Console.WriteLine($"{answer.NewlyFlagged.Count()} newly flagged, {answer.NewlyPassed.Count()} newly passed, {answer.LeftOut} could not be judged again. With pictures: {page}");
        if (remark is not null)
        {
            Console.WriteLine(remark);
        }

        if (applied is not null)
        {
            Console.WriteLine(
                $"Model {applied.Version} of {product} is in use: the weights of model {applied.RecalibratedFrom} with these thresholds. "
                + "The next trainings keep the budget, until the configuration names another.");
        }
    }

    private static Option<double?> Share(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SHARE",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var isPercent = text.EndsWith('%');
            if (double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && (isPercent ? number / 100 : number) is >= 0.0001 and <= 0.5 and var share)
            {
                return share;
            }

            result.AddError($"'{text}' is no share of images between 0.01% and 50%.");
            return null;
        },
    };
}
