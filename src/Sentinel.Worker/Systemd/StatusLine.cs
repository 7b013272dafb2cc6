using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Systemd;

/// <summary>One line for <c>systemctl status</c>: what is wrong, how much waits, and which models are in use.</summary>
internal sealed class StatusLine(ProductNames products, ActiveDetectors detectors, SentinelMetrics metrics, Readiness readiness, Pulse pulse)
{
    private const int MostProducts = 5;

    public string Text()
    {
        var names = products.All();
        var models = names.Take(MostProducts).Select(name => $"{name} {(detectors.ModelOf(name) is { } model ? $"model {model.Version}" : "without a model")}");
        var more = names.Count > MostProducts ? $", {names.Count - MostProducts} more" : "";
        var problems = readiness.Problems.Select(problem => $"{problem.Key}: {problem.Value}").ToList();
        var text = $"{names.Sum(metrics.WaitingOf)} waiting, {pulse.InWork} in work; {(names.Count == 0 ? "no products yet" : string.Join(", ", models) + more)}";

        // A line break would end the status.
        return (problems.Count == 0 ? text : $"Not ready: {string.Join("; ", problems)}. {text}").ReplaceLineEndings(" ");
    }
}
