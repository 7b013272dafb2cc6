using System.Collections.Immutable;

namespace Sentinel.Worker.Endpoints;

/// <summary>What keeps Sentinel from inspecting, by part; <c>/readyz</c> answers 200 when nothing does.</summary>
internal sealed class Readiness
{
    private ImmutableSortedDictionary<string, string> _problems = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A consistent picture; it does not change while it is read.</summary>
    public IReadOnlyDictionary<string, string> Problems => _problems;

    /// <summary>Sets or, with null, clears the problem of one part (<c>inbox</c>, <c>ledger</c>, <c>model tile</c>, ...).</summary>
    public void Report(string part, string? problem) => ImmutableInterlocked.Update(
        ref _problems,
        problems => problem is null ? problems.Remove(part) : problems.SetItem(part, problem));
}
