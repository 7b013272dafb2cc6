using Sentinel.Core.Detection;
using Sentinel.Worker.Configuration;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Notifications;

internal static class NotificationServices
{
    /// <summary>The channels that are configured, and the outbox that keeps what they have not been told.</summary>
    /// <exception cref="ConfigurationException">A secret cannot be read.</exception>
    public static IServiceCollection AddNotifications(this IServiceCollection services, NotificationOptions options)
    {
        var least = new Dictionary<string, Verdict>(StringComparer.Ordinal);
        if (options.Webhook.Url is not null)
        {
            var signature = Signature(Secret(options.Webhook.SecretFile, "Webhook:SecretFile"));
            services.AddSingleton<INotificationChannel>(provider =>
                new Webhook(options.Webhook, signature, provider.GetRequiredService<TimeProvider>()));
            least[Webhook.Channel] = options.Webhook.From;
        }

        if (options.Mqtt.Host is not null)
        {
            var password = Secret(options.Mqtt.PasswordFile, "Mqtt:PasswordFile");
            services.AddSingleton<INotificationChannel>(_ => new MqttPublisher(options.Mqtt, password));
            least[MqttPublisher.Channel] = options.Mqtt.From;
        }

        services.AddSingleton(provider => new Outbox(provider.GetRequiredService<LedgerDatabase>(), least));
        return least.Count == 0 ? services : services.AddHostedService<NotificationService>();
    }

    private static string? Secret(string? file, string key)
    {
        try
        {
            return file is null ? null : File.ReadAllText(file).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Wrong(key, fault.Message);
        }
    }

    private static WebhookSignature? Signature(string? secret)
    {
        try
        {
            return secret is null ? null : new WebhookSignature(secret);
        }
        catch (FormatException)
        {
            throw Wrong("Webhook:SecretFile", "what follows whsec_ is not base64.");
        }
    }

    private static ConfigurationException Wrong(string key, string problem) =>
        new([$"{SentinelOptions.Section}:Notifications:{key}: {problem}"]);
}
