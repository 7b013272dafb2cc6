using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Drift;

/// <summary>What the signals that drift say together: scores follow the camera and the light, so they blame the product only when nothing else drifts.</summary>
internal static class DriftCause
{
    /// <param name="signals">Every signal that drifts, at least one.</param>
    public static string Of(IEnumerable<string> signals)
    {
        var on = signals.ToHashSet(StringComparer.Ordinal);
        var scores = on.Remove(DriftSignals.Scores);
        return (on.Count > 0, scores) switch
        {
            (true, false) => "the camera or the light changed",
            (true, true) => "the camera or the light changed, and the scores with it; whether the product changed as well shows when the inputs are back",
            _ => "the product or its process changed, the camera and the light did not",
        };
    }
}
