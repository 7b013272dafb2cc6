namespace Sentinel.Worker.Endpoints;

/// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: it can inspect, or what keeps it from that.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz", () => Results.Json(new HealthReport("alive", new Dictionary<string, string>())));
        app.MapGet("/readyz", (Readiness readiness) => readiness.Problems is { Count: > 0 } problems
            ? Results.Json(new HealthReport("not ready", problems), statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Json(new HealthReport("ready", new Dictionary<string, string>())));
    }
}

/// <summary>What both addresses answer.</summary>
/// <param name="Status"><c>alive</c>, <c>ready</c> or <c>not ready</c>.</param>
/// <param name="Problems">Each part that has a problem, and the problem.</param>
internal sealed record HealthReport(string Status, IReadOnlyDictionary<string, string> Problems);
