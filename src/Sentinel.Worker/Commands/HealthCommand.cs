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
    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var address = call.Options.Http.AddressFromHere;
        var report = await HostRequest.SendAsync(
            call,
            host => host.GetAsync("/readyz", cancel),
            async answer => await answer.Content.ReadFromJsonAsync<HealthReport>(cancel) ?? throw new JsonException("an empty answer"));
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
}
