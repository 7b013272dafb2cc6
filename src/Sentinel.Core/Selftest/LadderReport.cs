using Sentinel.Core.Selftest.Sheet;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Selftest;

/// <summary>What came of all rungs.</summary>
/// <param name="Seed">Seed of every random choice.</param>
/// <param name="Took">Time of the whole ladder.</param>
/// <param name="Machine">What decides how the machine computes.</param>
/// <param name="Rungs">In the order in which they were climbed.</param>
public sealed record LadderReport(int Seed, TimeSpan Took, MachineFacts Machine, IReadOnlyList<RungReport> Rungs)
{
    public bool IsPassed => Rungs.All(rung => rung.IsPassed);
}

/// <summary>What came of one rung.</summary>
/// <param name="Name">What was to be learnt.</param>
/// <param name="Shows">How.</param>
/// <param name="Took">Its time.</param>
/// <param name="Measures">Its figures; none when it did not come to any.</param>
/// <param name="Exhibits">What the sheet shows of it.</param>
/// <param name="Explanation">What is most likely wrong and what to look at; nothing when it passed.</param>
public sealed record RungReport(
    string Name, string Shows, TimeSpan Took, IReadOnlyList<Measure> Measures, IReadOnlyList<Exhibit> Exhibits, string? Explanation)
{
    public bool IsPassed => Explanation is null;
}
