using Sentinel.Core.Detection;
using Sentinel.Core.Evaluation;

namespace Sentinel.Core.Tests.Evaluation.Reporting;

/// <summary>Scored test images whose threshold is 2: a ratio of 1 is a score of 2.</summary>
internal static class Samples
{
    public static ScoredSample Of(string kind, string file, double ratio, string? mask = null) => new(new MvtecSample(file, kind, mask), new Inspection
    {
        Score = 2 * ratio,
        Threshold = 2,
        PValue = 0.5,
        Verdict = ratio > 1 ? Verdict.Anomalous : Verdict.Normal,
        Regions = [],
        Map = new AnomalyMap(1, 1, [0]),
    });
}
