using System.CommandLine;
using System.CommandLine.Help;

namespace Sentinel.Worker.Commands;

/// <summary>The command line as a whole. Exit codes: 0 done, 1 failed, 2 wrong usage.</summary>
internal static class SentinelCommand
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary>Runs the verb that <paramref name="args"/> name, or the first when they name none.</summary>
    public static async Task<int> RunAsync(string[] args, params Verb[] verbs)
    {
        var root = new RootCommand("Sentinel learns what a good product looks like and inspects every image that is dropped into a folder.");
        root.Add(CommonOptions.Data);
        root.Add(CommonOptions.Json);
        root.Add(CommonOptions.Set);
        foreach (var verb in verbs)
        {
            root.Add(verb);
        }

        root.SetAction(verbs[0].InvokeAsync);
        ShowExamples(root, verbs[0]);

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            var name = parsed.CommandResult.Command is Verb verb ? $"sentinel {verb.FullName}" : "sentinel";
            await Console.Error.WriteLineAsync($"{string.Join(' ', parsed.Errors.Select(error => error.Message))} See '{name} --help'.");
            return WrongUsage;
        }

        // The running host listens to signals itself; it takes longer to stop than the two seconds that are given here.
        var stopsItself = parsed.CommandResult.Command == root || parsed.CommandResult.Command == verbs[0];
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = stopsItself ? null : TimeSpan.FromSeconds(10),
        });
    }

    private static void ShowExamples(RootCommand root, Verb byDefault)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((HelpAction)help.Action!, byDefault);
    }
}
