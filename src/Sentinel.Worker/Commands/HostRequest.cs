using System.Text.Json;
using Sentinel.Worker.Endpoints;

namespace Sentinel.Worker.Commands;

/// <summary>Asks the running host on this machine.</summary>
internal static class HostRequest
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <exception cref="IOException">No host answers, or what answers is none.</exception>
    public static async Task<T> SendAsync<T>(Invocation call, Func<HttpClient, Task<HttpResponseMessage>> send, Func<HttpResponseMessage, Task<T>> read)
    {
        var address = call.Options.Http.AddressFromHere;
        using var client = LocalClient.For(call.Options.Http, _patience);
        try
        {
            using var answer = await send(client);
            return await read(answer);
        }
        catch (HttpRequestException fault)
        {
            throw new IOException($"No Sentinel answers on {address} ({fault.Message}). Start it with 'sentinel run'.", fault);
        }
        catch (TaskCanceledException fault) when (fault.InnerException is TimeoutException)
        {
            throw new IOException($"Sentinel on {address} did not answer within {_patience.TotalSeconds:0} seconds.", fault);
        }
        catch (JsonException fault)
        {
            throw new IOException($"What answers on {address} is not Sentinel ({fault.Message}).", fault);
        }
    }
}
