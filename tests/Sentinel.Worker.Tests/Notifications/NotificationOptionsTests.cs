using Sentinel.Core.Detection;
using Sentinel.Worker.Configuration;

namespace Sentinel.Worker.Tests.Notifications;

public sealed class NotificationOptionsTests
{
    [Fact]
    public void Nobody_is_told_by_default()
    {
        var options = SentinelConfiguration.Bind(SentinelConfiguration.Read());

        options.Notifications.Webhook.Url.ShouldBeNull();
        options.Notifications.Mqtt.Host.ShouldBeNull();
        options.Notifications.Webhook.From.ShouldBe(Verdict.Suspect);
    }

    [Fact]
    public void What_is_wrong_is_named_with_its_key()
    {
        var configuration = SentinelConfiguration.Read(settings:
        [
            "Notifications:Webhook:Url=plant.example", "Notifications:Mqtt:Port=0", "Notifications:Mqtt:Topic=a/#", "Otlp:Endpoint=nowhere",
        ]);

        var errors = Should.Throw<ConfigurationException>(() => SentinelConfiguration.Bind(configuration)).Errors;

        errors.Count.ShouldBe(4);
        errors.ShouldContain("Sentinel:Notifications:Webhook:Url: 'plant.example' is not an address like https://plant.example/verdicts.");
        errors.ShouldContain(error => error.StartsWith("Sentinel:Notifications:Mqtt:Port: ", StringComparison.Ordinal));
        errors.ShouldContain(error => error.StartsWith("Sentinel:Notifications:Mqtt:Topic: 'a/#' is not the beginning", StringComparison.Ordinal));
        errors.ShouldContain("Sentinel:Otlp:Endpoint: 'nowhere' is not an address like http://127.0.0.1:4317.");
    }

    [Theory]
    [InlineData("https://")]
    [InlineData("ftp://plant.example/verdicts")]
    [InlineData("file:///verdicts")]
    [InlineData("/verdicts")]
    [InlineData("http://[plant]/")]
    [InlineData("")]
    public void An_address_that_nobody_can_be_called_at_is_refused_at_the_start(string url)
    {
        var configuration = SentinelConfiguration.Read(settings: [$"Notifications:Webhook:Url={url}"]);

        Should.Throw<ConfigurationException>(() => SentinelConfiguration.Bind(configuration)).Errors
            .ShouldBe([$"Sentinel:Notifications:Webhook:Url: '{url}' is not an address like https://plant.example/verdicts."]);
    }

    [Fact]
    public void A_secret_that_cannot_be_read_stops_the_start()
    {
        using var data = new TemporaryFolder();
        var configuration = SentinelConfiguration.Read(
            data.Path, ["Notifications:Webhook:Url=http://127.0.0.1:1/", $"Notifications:Webhook:SecretFile={data["missing"]}"]);

        Should.Throw<ConfigurationException>(() => SentinelHost.Build(configuration)).Message
            .ShouldStartWith("Sentinel:Notifications:Webhook:SecretFile: ");
    }
}
