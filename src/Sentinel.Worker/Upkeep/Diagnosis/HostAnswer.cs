using System.Net.Http.Json;
using System.Text.Json;
using Sentinel.Worker.Endpoints;

namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>What the running host says of itself.</summary>
internal static class HostAnswer
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>Null when no Sentinel answers there.</summary>
    public static async Task<HealthReport?> AskAsync(HttpOptions options, CancellationToken cancel)
    {
        using var client = LocalClient.For(options, _patience);
        try
        {
            using var answer = await client.GetAsync("/readyz", cancel);
            return await answer.Content.ReadFromJsonAsync<HealthReport>(cancel);
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }
}
