using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Sentinel.Worker.Notifications;

/// <summary>Publishes each verdict under <c>topic/product/verdict</c>; the broker has confirmed it before it counts as told.</summary>
internal sealed class MqttPublisher(MqttOptions options, string? password) : INotificationChannel, IDisposable
{
    public const string Channel = "mqtt";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();

    public string Name => Channel;

    public async Task SendAsync(Notification notification, CancellationToken cancel)
    {
        var message = new MqttApplicationMessageBuilder()
            .WithTopic($"{options.Topic.TrimEnd('/')}/{notification.Product}/{notification.Verdict.ToString().ToLowerInvariant()}")
            .WithPayload(notification.Body.ToArray())
            .WithContentType("application/json")
            .WithUserProperty("id", System.Text.Encoding.UTF8.GetBytes(notification.Id))
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        MqttClientPublishResult answer;
        try
        {
            await ConnectAsync(cancel);
            answer = await _client.PublishAsync(message, cancel);
        }
        catch (MqttCommunicationException fault)
        {
            throw new ReceiverUnreachableException(fault.Message, fault);
        }
        catch (OperationCanceledException fault) when (!cancel.IsCancellationRequested)
        {
            throw new ReceiverUnreachableException($"The broker did not answer within {_patience.TotalSeconds:0} s.", fault);
        }

        if (!answer.IsSuccess)
        {
            throw new MessageRefusedException($"The broker answers {answer.ReasonCode} {answer.ReasonString}.");
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task ConnectAsync(CancellationToken cancel)
    {
        if (_client.IsConnected)
        {
            return;
        }

        var connection = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTimeout(_patience)
            .WithTlsOptions(tls => tls.UseTls(options.Tls));
        if (options.Username is not null)
        {
            connection.WithCredentials(options.Username, password);
        }

        var answer = await _client.ConnectAsync(connection.Build(), cancel);
        if (answer.ResultCode is not MqttClientConnectResultCode.Success)
        {
            throw new ReceiverUnreachableException($"The broker answers {answer.ResultCode} {answer.ReasonString}.");
        }
    }
}
