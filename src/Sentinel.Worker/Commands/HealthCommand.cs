using System.Net.Http.Json;
using System.Text.Json;
using Sentinel.Worker.Endpoints;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel health</c>: for people, and for a container's health check.</summary>
internal sealed class HealthCommand() : Verb(
    "health",
    "Ask the running Sentinel whether it can inspect; exit code 1 and the problems when it cannot.",
    "sentinel health --set Http:Urls=http://127.0.0.1:9464")
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var address = call.Options.Http.AddressFromHere;
        var report = await AskAsync(call.Options.Http, address, cancel);
        if (call.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        }
        else
        {
            Console.WriteLine($"Sentinel on {address} is {report.Status}.");
            foreach (var (part, problem) in report.Problems)
            {
                Console.WriteLine($"  {part}: {problem}");
            }
        }

        return report.Problems.Count == 0 && report.Status == "ready" ? SentinelCommand.Done : SentinelCommand.Failed;
    }

    private static async Task<HealthReport> AskAsync(HttpOptions options, Uri address, CancellationToken cancel)
    {
        using var client = LocalClient.For(options, _patience);
        try
        {
            using var answer = await client.GetAsync("/readyz", cancel);
            return await answer.Content.ReadFromJsonAsync<HealthReport>(cancel) ?? throw new JsonException("an empty answer");
        }
        catch (HttpRequestException fault)
        {
            throw new IOException($"No Sentinel answers on {address} ({fault.Message}). Start it with 'sentinel run'.", fault);
        }
        catch (TaskCanceledException fault) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"Sentinel on {address} did not answer within {_patience.TotalSeconds:0} seconds.", fault);
        }
        catch (JsonException fault)
        {
            throw new IOException($"What answers on {address} is not Sentinel ({fault.Message}).", fault);
        }
    }
}
