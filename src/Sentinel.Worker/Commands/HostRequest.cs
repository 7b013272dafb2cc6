using System.Net;
using System.Text.Json;
using Sentinel.Worker.Endpoints;

namespace Sentinel.Worker.Commands;

/// <summary>Asks the running host on this machine.</summary>
internal static class HostRequest
{
    private const string GiveToken =
        $"Name the folder with its file {SentinelOptions.Section}__Http__Token in CREDENTIALS_DIRECTORY; where systemd runs Sentinel: sudo CREDENTIALS_DIRECTORY=/etc/credstore sentinel ...";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <exception cref="IOException">No host answers, it does not let this caller in, or what answers is none.</exception>
    public static async Task<T> SendAsync<T>(Invocation call, Func<HttpClient, Task<HttpResponseMessage>> send, Func<HttpResponseMessage, Task<T>> read)
    {
        var address = call.Options.Http.AddressFromHere;
        using var client = LocalClient.For(call.Options.Http, _patience);
        try
        {
            using var answer = await send(client);
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
            {
                throw new IOException($"Sentinel on {address} asks for {(call.Options.Http.Token is null ? "a token" : "another token than the one given here")}. {GiveToken}");
            }

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
