using System.Net.Http.Json;
using System.Text.Json;
using Sentinel.Worker.Endpoints;
using Spectre.Console;

namespace Sentinel.Worker.Commands.Products;

/// <summary><c>sentinel products list</c>: what the running host knows and does about each product.</summary>
internal sealed class ProductsListCommand() : Verb(
    "list",
    "List the products of the running host: model, last and next training, drift.",
    "sentinel products list --set Http:Urls=http://127.0.0.1:9464")
{
    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var products = await HostRequest.SendAsync(
            call, client => client.GetAsync("/api/products", cancel), async answer => await answer.Content.ReadFromJsonAsync<ProductReport[]>(cancel) ?? []);
        if (call.Json)
        {
            foreach (var product in products)
            {
                Console.WriteLine(JsonSerializer.Serialize(product, JsonSerializerOptions.Web));
            }

            return SentinelCommand.Done;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("Product", "Model", "Waiting", "Last training (UTC)", "Outcome", "Next training (UTC)", "Remarks");
        foreach (var product in products)
        {
            table.AddRow(
                Markup.Escape(product.Name), product.Model ?? "none", $"{product.Waiting}", $"{product.LastTraining?.UtcDateTime:yyyy-MM-dd HH:mm}", product.LastOutcome?.Replace('_', ' ') ?? "",
                product.Paused ? "paused" : $"{product.NextTraining?.UtcDateTime:yyyy-MM-dd HH:mm}", Markup.Escape(string.Join("; ", Remarks(product))));
        }

        AnsiConsole.Write(table);
        return SentinelCommand.Done;
    }

    private static IEnumerable<string> Remarks(ProductReport product)
    {
        if (product.TrainingProgress is { } progress)
        {
            yield return $"training, {progress * 100:0} %";
        }

        foreach (var (signal, since) in product.Drift)
        {
            yield return $"{signal} drifts since {since.UtcDateTime:yyyy-MM-dd HH:mm}";
        }

        foreach (var text in new[] { product.Challenger, product.LastError }.OfType<string>())
        {
            yield return text;
        }
    }
}
