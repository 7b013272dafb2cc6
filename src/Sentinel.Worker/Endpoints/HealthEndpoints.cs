using Sentinel.Worker.Systemd;

namespace Sentinel.Worker.Endpoints;

/// <summary>
/// <c>/healthz</c>: the process lives and does not hang. <c>/readyz</c>: it can inspect. What keeps it from that is told to those who may know it.
/// </summary>
internal static class HealthEndpoints
{
    private static readonly Dictionary<string, string> _none = [];

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz", (Readiness readiness) => readiness.Problems.ContainsKey(Watchdog.Part)
            ? Results.Json(new HealthReport("hangs", _none), statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Json(new HealthReport("alive", _none))).AllowAnonymous();
        app.MapGet("/readyz", (HttpRequest request, Readiness readiness, Access access) => readiness.Problems is { Count: > 0 } problems
            ? Results.Json(new HealthReport("not ready", access.Knows(request) ? problems : _none), statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Json(new HealthReport("ready", _none))).AllowAnonymous();
    }
}

/// <summary>What both addresses answer.</summary>
/// <param name="Status"><c>alive</c>, <c>hangs</c>, <c>ready</c> or <c>not ready</c>.</param>
/// <param name="Problems">Each part that has a problem, and the problem.</param>
internal sealed record HealthReport(string Status, IReadOnlyDictionary<string, string> Problems);
