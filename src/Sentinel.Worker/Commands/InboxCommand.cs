namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel inbox</c>: stands above the verbs about the inbox.</summary>
internal sealed class InboxCommand : Verb
{
    public InboxCommand()
        : base("inbox", "Look after the inbox.", "sentinel inbox doctor --data /var/lib/sentinel") => Add(new InboxDoctorCommand());

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        Console.Error.WriteLine("Say what to do with the inbox: 'sentinel inbox doctor'. See 'sentinel inbox --help'.");
        return Task.FromResult(SentinelCommand.WrongUsage);
    }
}
