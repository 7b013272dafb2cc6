using System.CommandLine;
using System.Text.Json;

namespace Sentinel.Worker.Commands.Audit;

/// <summary><c>sentinel audit show</c>: what was decided about a product lately.</summary>
internal sealed class AuditShowCommand : Verb
{
    private readonly Option<string> _product = ProductOption();
    private readonly Option<int> _last = new("--last") { Description = "How many entries.", HelpName = "N", DefaultValueFactory = _ => 30 };

    public AuditShowCommand()
        : base("show", "Show the newest entries about a product's models, drift and corrections; verdicts are in the ledger.", "sentinel audit show --product tile --last 50")
    {
        Add(_product);
        Add(_last);
    }

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        foreach (var row in call.Library.Audit.Newest(call.Required(_product), call.Required(_last)).Reverse())
        {
            Console.WriteLine(call.Json
                ? JsonSerializer.Serialize(row, JsonSerializerOptions.Web)
                : $"{row.At[..19]}  {row.Event,-16} {(row.ModelVersion is { } version ? $"model {version}" : ""),-10} {row.Actor,-20} {row.Detail}");
        }

        return Task.FromResult(SentinelCommand.Done);
    }
}
