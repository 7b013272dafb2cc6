using System.CommandLine;
using System.Text.Json;
using Sentinel.Worker.Backup;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel backup DIR</c>.</summary>
internal sealed class BackupCommand : Verb
{
    private readonly Argument<string> _target = new("target") { Description = "Where to; the backup is a new folder in it, named after the time.", HelpName = "DIR" };

    public BackupCommand()
        : base("backup", "Copy ledger, models and configuration, while the host runs; images and secrets are not copied.", "sentinel backup /srv/backups --data /var/lib/sentinel") =>
        Add(_target);

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var backup = new Archivist(call.Folders, TimeProvider.System).BackUp(Path.GetFullPath(call.Value(_target)!));
        Console.WriteLine(call.Json ? JsonSerializer.Serialize(new { backup }) : $"Backed up to {backup}. Images are not in it: copy {call.Folders.Good} and {call.Folders.Archive} with the tool of your choice.");
        return Task.FromResult(SentinelCommand.Done);
    }
}
