using System.CommandLine;
using System.Text.Json;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Commands.Audit;

/// <summary><c>sentinel audit verify</c>: is the trail whole, and does the ledger still say what it says?</summary>
internal sealed class AuditVerifyCommand : Verb
{
    private readonly Option<string?> _head = new("--head")
    {
        Description = "A hash that an earlier verification printed: it must be in the trail, or its end was cut off and written anew.",
        HelpName = "HASH",
    };

    public AuditVerifyCommand()
        : base("verify", "Verify the audit trail; exit code 1 when it was tampered with. Note the hash it prints elsewhere.", "sentinel audit verify --head 5a1c...")
        => Add(_head);

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var audit = call.Library.Audit;
        var found = audit.ReadAll(rows => AuditCheck.Of(rows, call.Value(_head)));
        var problems = found.Problems.Concat(audit.ContradictedVerdicts().Select(id => $"Image {id}: the ledger's verdict is not the one in the trail.")).ToList();
        if (call.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { found.Entries, found.Head, problems }, JsonSerializerOptions.Web));
        }
        else
        {
            problems.ForEach(Console.WriteLine);
            Console.WriteLine(problems.Count == 0 ? $"The trail is whole: {found.Entries} entries, head {found.Head}" : $"{problems.Count} problems in {found.Entries} entries.");
        }

        return Task.FromResult(problems.Count == 0 ? SentinelCommand.Done : SentinelCommand.Failed);
    }
}
