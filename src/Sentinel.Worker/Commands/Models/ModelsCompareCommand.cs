using System.CommandLine;
using System.Text.Json;
using Sentinel.Core.Torch;
using Sentinel.Core.Training.Gate;

namespace Sentinel.Worker.Commands.Models;

/// <summary><c>sentinel models compare</c>: two versions on the same images, by the gate's rules; nothing changes.</summary>
internal sealed class ModelsCompareCommand : Verb
{
    private readonly Argument<string> _champion = new("champion") { Description = "The version in the place of the one in use.", HelpName = "N" };
    private readonly Argument<string> _challenger = new("challenger") { Description = "The version that would take its place.", HelpName = "M" };
    private readonly Option<string> _product = ProductOption();
    private readonly Option<string?> _good = new("--good") { Description = "Folder of known-good images (default good/NAME in the data folder).", HelpName = "DIR" };

    public ModelsCompareCommand()
        : base("compare", "Hold one version against another on the same images.", "sentinel models compare 6 7 --product tile")
    {
        Add(_champion);
        Add(_challenger);
        Add(_product);
        Add(_good);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var product = call.Required(_product);
        using var torch = new TorchThread();
        var table = await ModelComparison.RunAsync(
            call.Library.Registry, product, (call.Value(_champion)!, call.Value(_challenger)!), call.Value(_good) ?? Path.Combine(call.Folders.Good, product),
            call.Library.Reviewed.Of(product), call.Options.Limits, torch, cancel);
        if (call.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(table, JsonSerializerOptions.Web));
        }
        else
        {
            GateLines.Of(table).ToList().ForEach(Console.WriteLine);
        }

        return SentinelCommand.Done;
    }
}
