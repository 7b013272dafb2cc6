using System.CommandLine;
using Sentinel.Core.Models;
using Sentinel.Worker.Promotion;

namespace Sentinel.Worker.Commands.Models;

/// <summary><c>sentinel models approve</c>: a person puts a version into use.</summary>
internal sealed class ModelsApproveCommand : Verb
{
    private readonly Option<string> _product = ProductOption();
    private readonly Option<string?> _version = new("--model") { Description = "The version (default: the one that waits).", HelpName = "N" };

    public ModelsApproveCommand()
        : base("approve", "Put a version into use; a running host takes it up within a second.", "sentinel models approve --product tile --model 7")
    {
        Add(_product);
        Add(_version);
    }

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var product = call.Required(_product);
        var version = call.Value(_version) ?? call.Library.Registry.ChallengerOf(product)?.Version
            ?? throw new ModelUnusableException($"No model of {product} waits; name one with --model N.");
        call.Library.Desk.Approve(product, version, ModelDesk.Person);
        Answer.Write(call.Json, product, version, $"Model {version} of {product} is in use.");
        return Task.FromResult(SentinelCommand.Done);
    }
}
