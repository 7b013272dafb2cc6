using System.ComponentModel.DataAnnotations;
using Sentinel.Core.Detection;
using Sentinel.Worker.Configuration;

namespace Sentinel.Worker.Notifications;

/// <summary>Who is told of verdicts besides Prometheus; nobody by default.</summary>
public sealed class NotificationOptions
{
    public WebhookOptions Webhook { get; set; } = new();

    public MqttOptions Mqtt { get; set; } = new();
}

/// <summary>Verdicts as HTTP POST requests, signed as standardwebhooks.com describes.</summary>
public sealed class WebhookOptions
{
    /// <summary>Where to post. Without it nothing is sent.</summary>
    [WebAddress(ErrorMessage = "'{0}' is not an address like https://plant.example/verdicts.")]
    public string? Url { get; set; }

    /// <summary>
    /// A file that holds the secret the requests are signed with: any text, or <c>whsec_</c> and base64. Without it they are not signed.
    /// </summary>
    public string? SecretFile { get; set; }

    /// <summary>The least verdict that is told: normal, suspect or anomalous. The default is suspect.</summary>
    [EnumDataType(typeof(Verdict))]
    public Verdict From { get; set; } = Verdict.Suspect;
}

/// <summary>Verdicts as messages to an MQTT broker, with quality of service 1.</summary>
public sealed class MqttOptions
{
    /// <summary>Name or address of the broker. Without it nothing is sent.</summary>
    public string? Host { get; set; }

    /// <summary>Its port. The default is 1883; with TLS it is usually 8883.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 1883;

    /// <summary>True to speak TLS. The default is false.</summary>
    public bool Tls { get; set; }

    public string? Username { get; set; }

    /// <summary>A file that holds the password.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>What topics begin with; product and verdict follow: sentinel/tile/anomalous. The default is sentinel.</summary>
    [Required]
    [RegularExpression("[^#+/$][^#+]*", ErrorMessage = "'{0}' is not the beginning of a topic: it takes no '#' and '+'.")]
    public string Topic { get; set; } = "sentinel";

    /// <inheritdoc cref="WebhookOptions.From"/>
    [EnumDataType(typeof(Verdict))]
    public Verdict From { get; set; } = Verdict.Suspect;
}
