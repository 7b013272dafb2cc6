namespace Sentinel.Worker.Commands.Audit;

/// <summary><c>sentinel audit</c>: stands above the verbs about the audit trail.</summary>
internal sealed class AuditCommand : Verb
{
    public AuditCommand()
        : base("audit", "Read and verify the audit trail.", "sentinel audit verify")
    {
        Add(new AuditVerifyCommand());
        Add(new AuditShowCommand());
    }

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        Console.Error.WriteLine("Say what to do: verify or show. See 'sentinel audit --help'.");
        return Task.FromResult(SentinelCommand.WrongUsage);
    }
}
