using System.CommandLine;
using System.Net.Http.Json;
using Sentinel.Worker.Endpoints;

namespace Sentinel.Worker.Commands.Products;

/// <summary><c>sentinel products train</c>: asks the running host to train a product now, in its turn and behind inspection.</summary>
internal sealed class ProductsTrainCommand : Verb
{
    private readonly Option<string> _product = ProductOption();

    public ProductsTrainCommand()
        : base("train", "Ask the running host to train a product now, also when it is paused.", "sentinel products train --product tile") => Add(_product);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var product = call.Required(_product);
        var (isAccepted, answer) = await HostRequest.SendAsync(
            call,
            client => client.PostAsync($"/api/products/{product}/train", content: null, cancel),
            async response => (response.IsSuccessStatusCode, await response.Content.ReadFromJsonAsync<TrainingAnswer>(cancel)));
        Answer.Write(call.Json, product, null, answer!.Message);
        return isAccepted ? SentinelCommand.Done : SentinelCommand.Failed;
    }
}
