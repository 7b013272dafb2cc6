using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Sentinel.Worker.Tests;

/// <summary>A real HTTP server that keeps what is posted to it.</summary>
internal sealed class HttpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();

    private HttpReceiver(int port, Func<Received, int> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var received = new Received(
                context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.ToArray());
            context.Response.StatusCode = answer(received);
            if (context.Response.StatusCode == 200)
            {
                _received.Enqueue(received);
            }
        });
    }

    /// <summary>What was answered with 200, in order.</summary>
    public IReadOnlyList<Received> Taken => [.. _received];

    public static async Task<HttpReceiver> StartAsync(int port, Func<Received, int>? answer = null)
    {
        var receiver = new HttpReceiver(port, answer ?? (_ => 200));
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
}
