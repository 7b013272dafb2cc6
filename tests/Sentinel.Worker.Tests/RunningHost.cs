using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Sentinel.Worker.Tests;

/// <summary>
/// The real host with its web server, in this process, on a data root and a port of its own. Its exporter sees the meters of every host in this
/// process, by their name: a test of what <c>/metrics</c> says takes a product name of its own, <see cref="SentinelProcess"/>, or its turn alone.
/// </summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningHost(WebApplication app, Uri address) => (_app, Client) = (app, new HttpClient { BaseAddress = address });

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningHost> StartAsync(TemporaryFolder data, params (string Key, string Value)[] settings)
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("Logging:LogLevel:Default", "Warning"),
                new("Sentinel:DataRoot", data.Path),
                new("Sentinel:Http:Urls", address),
                .. settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))])
            .Build();
        var app = SentinelHost.Build(configuration);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningHost(app, new Uri(address));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
