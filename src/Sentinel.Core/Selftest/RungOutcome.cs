using Sentinel.Core.Selftest.Sheet;

namespace Sentinel.Core.Selftest;

/// <summary>What came of a rung.</summary>
/// <param name="Measures">At least one; all of them must be reached.</param>
/// <param name="Exhibits">What the sheet shows of it, the most telling first.</param>
public sealed record RungOutcome(IReadOnlyList<Measure> Measures, IReadOnlyList<Exhibit> Exhibits);
