using System.CommandLine;
using System.Text.Json;
using Sentinel.Worker.Backup;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel restore DIR</c>.</summary>
internal sealed class RestoreCommand : Verb
{
    private readonly Argument<string> _backup = new("backup") { Description = "The folder that 'sentinel backup' made.", HelpName = "DIR" };
    private readonly Option<bool> _replace = new("--replace") { Description = "Move a ledger and models that are there aside, and keep them." };

    public RestoreCommand()
        : base("restore", "Put a backup's ledger and models into a data root on which no host runs.", "sentinel restore /srv/backups/sentinel-20260101T020000Z --data /var/lib/sentinel")
    {
        Add(_backup);
        Add(_replace);
    }

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var backup = Path.GetFullPath(call.Value(_backup)!);
        using var held = DataRootLock.Take(call.Folders);
        var aside = new Restoration(call.Folders, TimeProvider.System).Restore(backup, call.Value(_replace));
        if (call.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { restored = backup, aside }));
            return Task.FromResult(SentinelCommand.Done);
        }

        Console.WriteLine($"Restored {backup} to {call.Folders.Root}.{(aside is null ? "" : $" What was there is in {aside}.")}");
        Console.WriteLine($"The configuration is left as it is; the one of that time is {Path.Combine(backup, BackupManifest.Configuration)}.");
        return Task.FromResult(SentinelCommand.Done);
    }
}
