using System.CommandLine;

namespace Sentinel.Worker.Commands.Models;

/// <summary><c>sentinel models prune</c>: removes versions that nobody needs any more.</summary>
internal sealed class ModelsPruneCommand : Verb
{
    private readonly Option<string> _product = ProductOption();
    private readonly Option<bool> _dry = new("--dry-run") { Description = "Only say what would go." };

    public ModelsPruneCommand()
        : base(
            "prune",
            "Remove versions but the newest five, the last five in use, the one that waits, and those that judged an image which is still kept.",
            "sentinel models prune --product tile --dry-run")
    {
        Add(_product);
        Add(_dry);
    }

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var product = call.Required(_product);
        var isDry = call.Value(_dry);
        var gone = isDry ? call.Library.Desk.Superfluous(product) : call.Library.Desk.Prune(product);
        var what = gone.Count == 0 ? "Nothing may go" : isDry ? $"Would remove {string.Join(", ", gone)}" : $"Removed {string.Join(", ", gone)}";
        Answer.Write(call.Json, product, string.Join(',', gone), $"{what}.");
        return Task.FromResult(SentinelCommand.Done);
    }
}
