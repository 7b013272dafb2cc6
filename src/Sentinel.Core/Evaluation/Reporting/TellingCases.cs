namespace Sentinel.Core.Evaluation.Reporting;

/// <summary>The test images that tell most about a model; no image is among two of the three.</summary>
/// <param name="FalseAlarms">The good images with the highest scores, highest first.</param>
/// <param name="Misses">The defective images with the lowest scores, lowest first.</param>
/// <param name="Catches">Flagged defective images, highest scores first; kinds of defect take turns.</param>
public sealed record TellingCases(
    IReadOnlyList<ScoredSample> FalseAlarms, IReadOnlyList<ScoredSample> Misses, IReadOnlyList<ScoredSample> Catches)
{
    /// <param name="samples">Every test image; of equal scores the earlier one comes first.</param>
    /// <param name="most">At most this many of each.</param>
    public static TellingCases Of(IReadOnlyList<ScoredSample> samples, int most)
    {
        var misses = samples.Where(s => s.Sample.IsDefective).OrderBy(s => s.Inspection.Score).Take(most).ToList();
        var catches = samples.Where(s => s.Sample.IsDefective && s.IsFlagged).Except(misses)
            .GroupBy(s => s.Sample.Kind)
            .SelectMany(kind => kind.OrderByDescending(s => s.Inspection.Score).Select((sample, rank) => (sample, rank)))
            .OrderBy(turn => turn.rank)
            .Select(turn => turn.sample)
            .Take(most);
        return new([.. samples.Where(s => !s.Sample.IsDefective).OrderByDescending(s => s.Inspection.Score).Take(most)], misses, [.. catches]);
    }
}
