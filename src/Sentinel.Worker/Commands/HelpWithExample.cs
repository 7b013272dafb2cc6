using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Sentinel.Worker.Commands;

/// <summary>The usual help, and a command line that can be copied.</summary>
internal sealed class HelpWithExample(HelpAction help, Verb byDefault) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = help.Invoke(parseResult);
        var verb = parseResult.CommandResult.Command as Verb ?? byDefault;
        Console.WriteLine($"Example:{Environment.NewLine}  {verb.Example}{Environment.NewLine}");
        return exitCode;
    }
}
