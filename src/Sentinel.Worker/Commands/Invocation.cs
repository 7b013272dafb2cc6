using System.CommandLine;
using Sentinel.Worker.Configuration;

namespace Sentinel.Worker.Commands;

/// <summary>What a verb was called with: its own arguments, and the configuration that holds for it.</summary>
internal sealed class Invocation(ParseResult parsed)
{
    private readonly Lazy<IConfigurationRoot> _configuration = new(() =>
        SentinelConfiguration.Read(parsed.GetValue(CommonOptions.Data), parsed.GetValue(CommonOptions.Set)));

    public IConfigurationRoot Configuration => _configuration.Value;

    /// <exception cref="ConfigurationException">The configuration is wrong.</exception>
    public SentinelOptions Options => field ??= SentinelConfiguration.Bind(Configuration, isHost: false);

    public DataFolders Folders => new(Options.DataRoot);

    /// <summary>Models and ledger of the data folder, for verbs that work without the host.</summary>
    public ModelLibrary Library => field ??= new ModelLibrary(Folders);

    public bool Json => parsed.GetValue(CommonOptions.Json);

    /// <summary>The command line for reports: of full paths only the last name, because reports leave the machine.</summary>
    public string CommandLine => string.Join(' ', parsed.Tokens
        .Select(token => Path.IsPathRooted(token.Value) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(token.Value)) : token.Value)
        .Select(word => word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'" : word)
        .Prepend("sentinel"));

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T Required<T>(Option<T> option) => parsed.GetRequiredValue(option);

    public T? Value<T>(Argument<T> argument) => parsed.GetValue(argument);
}
