namespace Sentinel.Worker.Configuration;

/// <summary>The configuration is wrong; each error names its key and what would be right.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
