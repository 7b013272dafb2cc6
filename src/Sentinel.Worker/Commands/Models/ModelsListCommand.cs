using System.CommandLine;
using Sentinel.Core.Models;
using Spectre.Console;

namespace Sentinel.Worker.Commands.Models;

/// <summary><c>sentinel models list</c>: every stored version and what became of it.</summary>
internal sealed class ModelsListCommand : Verb
{
    private readonly Option<string?> _product = new("--product") { Description = "Only this product.", HelpName = "NAME" };

    public ModelsListCommand()
        : base("list", "List the stored versions and which one is in use.", "sentinel models list --product tile") => Add(_product);

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var registry = new ModelRegistry(call.Folders.Models);
        var products = call.Value(_product) is { } one ? [one] : registry.Products;
        var models = products.SelectMany(product => Of(registry, product)).ToList();
        if (call.Json)
        {
            models.ForEach(model => Console.WriteLine(model));
        }
        else
        {
            Show(models);
        }

        return Task.FromResult(SentinelCommand.Done);
    }

    private static IEnumerable<ModelStanding> Of(ModelRegistry registry, string product)
    {
        var (champion, challenger) = (registry.ChampionRecordOf(product), registry.ChallengerOf(product));
        return registry.VersionsOf(product).Select(version => ModelStanding.Of(registry, product, version, champion, challenger));
    }

    private static void Show(List<ModelStanding> models)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Product", "Version", "State", "Trained (UTC)", "Images", "False alarms", "Why");
        foreach (var model in models)
        {
            table.AddRow(
                Markup.Escape(model.Product), model.Version, model.State, $"{model.TrainedAt:yyyy-MM-dd HH:mm}", $"{model.Images}",
                model.FalseAlarmRate is { } rate ? $"{rate:P1}{(model.IsProvisional == true ? " (provisional)" : "")}" : "", Markup.Escape(model.Why ?? ""));
        }

        AnsiConsole.Write(table);
        if (models.Count == 0)
        {
            Console.WriteLine("There are no models yet.");
        }
    }
}
