using Microsoft.Extensions.FileProviders;

namespace Sentinel.Worker.Configuration;

/// <summary>
/// Where settings come from, later over earlier: <c>appsettings.json</c> beside the executable, files named after their key
/// (<c>Sentinel__Http__Token</c>) in the folder of secrets that a supervisor names, the environment (<c>Sentinel__Training__Budget</c>), the
/// command line. Everything that is wrong is reported at once.
/// </summary>
internal static class SentinelConfiguration
{
    /// <summary>Names the folder with secrets, one file each; systemd sets it for units with LoadCredential=.</summary>
    private const string Credentials = "CREDENTIALS_DIRECTORY";

    /// <summary>The file beside the executable; where a package keeps it elsewhere, this is a link to it.</summary>
    public static string FilePath { get; } = Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    /// <param name="dataRoot"><c>--data</c>, or null.</param>
    /// <param name="settings">Each <c>--set</c>: <c>Training:Budget=00:02:00</c>, with or without <c>Sentinel:</c> before it.</param>
    public static IConfigurationRoot Read(string? dataRoot = null, IEnumerable<string>? settings = null)
    {
        var commandLine = (settings ?? []).Select(Setting).ToDictionary(StringComparer.OrdinalIgnoreCase);
        if (dataRoot is not null)
        {
            commandLine[$"{SentinelOptions.Section}:{nameof(SentinelOptions.DataRoot)}"] = dataRoot;
        }

        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(FilePath, optional: true, reloadOnChange: false)
                .AddCredentials(Environment.GetEnvironmentVariable(Credentials))
                .AddEnvironmentVariables()
                .AddInMemoryCollection(commandLine)
                .Build();
        }
        catch (InvalidDataException unreadable)
        {
            throw new ConfigurationException([$"{unreadable.Message} {unreadable.InnerException?.Message}".Trim()]);
        }
    }

    /// <param name="configuration">Where the settings come from.</param>
    /// <param name="isHost">Whether somebody is going to listen by it; a verb in a shell need not be able to read the token.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong, each message naming its key.</exception>
    public static SentinelOptions Bind(IConfiguration configuration, bool isHost = true)
    {
        var (options, errors) = Check(configuration, isHost);
        return errors.Count == 0 ? options : throw new ConfigurationException(errors);
    }

    /// <summary>What could be bound, and everything that is wrong.</summary>
    public static (SentinelOptions Options, IReadOnlyList<string> Errors) Check(IConfiguration configuration, bool isHost = true)
    {
        var errors = new List<string>();
        var section = configuration.GetSection(SentinelOptions.Section);
        var sound = new ConfigurationBuilder().AddInMemoryCollection(SettingsCheck.Sound(section, typeof(SentinelOptions), errors)).Build();

        var options = new SentinelOptions();
        sound.Bind(options);
        foreach (var product in options.Products.Keys.ToList())
        {
            var settings = new ProductSettings();
            sound.Bind(settings);
            sound.GetSection($"{nameof(SentinelOptions.Products)}:{product}").Bind(settings);
            options.Products[product] = settings;
        }

        errors.AddRange(OptionsCheck.Errors(options, isHost));
        return (options, errors);
    }

    private static IConfigurationBuilder AddCredentials(this IConfigurationBuilder builder, string? folder) =>
        string.IsNullOrEmpty(folder) || !Directory.Exists(folder) ? builder : builder.AddKeyPerFile(source =>
        {
            source.FileProvider = new PhysicalFileProvider(Path.GetFullPath(folder));
            // Others' credentials may lie there, too: a certificate, a key.
            source.IgnoreCondition = name => !name.StartsWith(SentinelOptions.Section + "__", StringComparison.Ordinal);
        });

    private static KeyValuePair<string, string?> Setting(string text)
    {
        var equals = text.IndexOf('=');
        if (equals <= 0)
        {
            throw new ConfigurationException([$"--set {text}: write KEY=VALUE, for example --set Training:Budget=00:02:00."]);
        }

        var key = text[..equals];
        var prefix = SentinelOptions.Section + ":";
        return new(key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? key : prefix + key, text[(equals + 1)..]);
    }
}
