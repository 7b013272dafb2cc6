using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using MQTTnet.Server;
using Sentinel.Core.Detection;
using Sentinel.Worker.Notifications;

namespace Sentinel.Worker.Tests.Notifications;

public sealed class MqttPublisherTests : IDisposable
{
    private readonly OutboxRoot _root = new();
    private readonly int _port = FreePort.Next();
    private readonly ConcurrentQueue<(string Topic, string Id)> _taken = new();

    [Fact]
    public async Task A_broker_gets_each_verdict_under_its_topic_and_what_it_missed_when_it_is_back()
    {
        var (first, second) = (_root.Inspect("tile"), _root.Inspect("tile", Verdict.Suspect));
        _ = _root.Send(Publisher());
        await _root.PassAsync(TimeSpan.FromSeconds(30));

        using (var broker = await StartBrokerAsync())
        {
            await _root.PassUntilAsync(() => _taken.Count == 2, "what waited");
            await broker.StopAsync();
        }

        var third = _root.Inspect("cookie");
        await _root.PassAsync(TimeSpan.FromSeconds(30));
        using var again = await StartBrokerAsync();
        await _root.PassUntilAsync(() => _taken.Count == 3, "what it missed");

        _taken.ShouldBe([("plant/line1/tile/anomalous", first), ("plant/line1/tile/suspect", second), ("plant/line1/cookie/anomalous", third)]);
        await again.StopAsync();
    }

    [Fact]
    public async Task A_broker_that_does_not_know_us_is_tried_again()
    {
        _root.Inspect("tile");
        using var broker = await StartBrokerAsync(password: "another");
        _ = _root.Send(Publisher());

        await _root.PassUntilAsync(
            () => _root.Root.Log.All.Any(line => line.Contains("The mqtt cannot be told now", StringComparison.Ordinal)), "the refusal");
        await _root.PassAsync(TimeSpan.FromSeconds(30));

        _taken.ShouldBeEmpty();
        _root.Outbox.Count(MqttPublisher.Channel).ShouldBe(1);
        await broker.StopAsync();
    }

    public void Dispose() => _root.Dispose();

    private MqttPublisher Publisher() =>
        new(new MqttOptions { Host = "127.0.0.1", Port = _port, Topic = "plant/line1", Username = "sentinel" }, "right");

    private async Task<MqttServer> StartBrokerAsync(string password = "right")
    {
        var broker = new MqttServerFactory().CreateMqttServer(
            new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(_port).Build());
        broker.ValidatingConnectionAsync += connection =>
        {
            connection.ReasonCode = connection.Password == password
                ? MQTTnet.Protocol.MqttConnectReasonCode.Success
                : MQTTnet.Protocol.MqttConnectReasonCode.BadUserNameOrPassword;
            return Task.CompletedTask;
        };
        broker.InterceptingPublishAsync += publish =>
        {
            var message = publish.ApplicationMessage;
            _taken.Enqueue((message.Topic, JsonDocument.Parse(message.Payload.ToArray()).RootElement.GetProperty("id").GetString()!));
            return Task.CompletedTask;
        };
        await broker.StartAsync();
        return broker;
    }
}
