namespace Sentinel.Worker.Configuration;

/// <summary>
/// Where settings come from, later over earlier: <c>appsettings.json</c> beside the executable, the environment
/// (<c>Sentinel__Training__Budget</c>), the command line. Everything that is wrong is reported at once.
/// </summary>
internal static class SentinelConfiguration
{
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
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false)
                .AddEnvironmentVariables()
                .AddInMemoryCollection(commandLine)
                .Build();
        }
        catch (InvalidDataException unreadable)
        {
            throw new ConfigurationException([$"{unreadable.Message} {unreadable.InnerException?.Message}".Trim()]);
        }
    }

    /// <exception cref="ConfigurationException">Everything that is wrong, each message naming its key.</exception>
    public static SentinelOptions Bind(IConfiguration configuration)
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

        errors.AddRange(OptionsCheck.Errors(options));
        return errors.Count == 0 ? options : throw new ConfigurationException(errors);
    }

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
