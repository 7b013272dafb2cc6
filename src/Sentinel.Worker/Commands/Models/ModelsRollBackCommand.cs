using System.CommandLine;
using Sentinel.Worker.Promotion;

namespace Sentinel.Worker.Commands.Models;

/// <summary><c>sentinel models rollback</c>: back to the version before.</summary>
internal sealed class ModelsRollBackCommand : Verb
{
    private readonly Option<string> _product = ProductOption();

    private readonly Option<string> _why = new("--why")
    {
        Description = "The reason, for the audit trail.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "asked for",
    };

    public ModelsRollBackCommand()
        : base("rollback", "Go back to the version that was in use before.", "sentinel models rollback --product tile --why 'flags every second part'")
    {
        Add(_product);
        Add(_why);
    }

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var product = call.Required(_product);
        var version = call.Library.Desk.RollBack(product, ModelDesk.Person, call.Required(_why));
        Answer.Write(call.Json, product, version, $"Model {version} of {product} is in use again.");
        return Task.FromResult(SentinelCommand.Done);
    }
}
