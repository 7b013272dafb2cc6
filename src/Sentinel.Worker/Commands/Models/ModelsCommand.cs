namespace Sentinel.Worker.Commands.Models;

/// <summary><c>sentinel models</c>: stands above the verbs about stored models.</summary>
internal sealed class ModelsCommand : Verb
{
    public ModelsCommand()
        : base("models", "Look at stored models, and say which one is in use.", "sentinel models list --product tile")
    {
        Add(new ModelsListCommand());
        Add(new ModelsShowCommand());
        Add(new ModelsCompareCommand());
        Add(new ModelsApproveCommand());
        Add(new ModelsRollBackCommand());
        Add(new ModelsPruneCommand());
    }

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        Console.Error.WriteLine("Say what to do: list, show, compare, approve, rollback or prune. See 'sentinel models --help'.");
        return Task.FromResult(SentinelCommand.WrongUsage);
    }
}
