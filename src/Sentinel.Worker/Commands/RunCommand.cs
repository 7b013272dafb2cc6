using Sentinel.Worker.Configuration;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Upkeep;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel run</c>, and bare <c>sentinel</c>.</summary>
internal sealed class RunCommand() : Verb(
    "run",
    "Watch the inbox, inspect what arrives, retrain by schedule; until stopped. The default when no verb is given.",
    "sentinel run --data /var/lib/sentinel")
{
    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        StartCheck.Check(call.Configuration);
        using var held = DataRootLock.Take(call.Folders);
        LedgerFormat.ThrowIfNewer(call.Folders.Ledger);
        call.Folders.Create();
        if (MoveProbe.Try(call.Folders) is { } problem)
        {
            throw new DataRootUnusableException($"{problem.Message} Look with: {problem.Fix}");
        }

        using var errors = StandardErrorFile.Redirect(call.Folders);
        var host = SentinelHost.Build(call.Configuration, call.Json, errors);
        return await host.RunToEndAsync(cancel);
    }
}
