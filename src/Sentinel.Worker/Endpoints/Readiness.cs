namespace Sentinel.Worker.Endpoints;

/// <summary>What keeps Sentinel from inspecting, by part; <c>/readyz</c> answers 200 when nothing does.</summary>
internal sealed class Readiness
{
    /// <summary>Sets or, with null, clears the problem of one part (<c>inbox</c>, <c>ledger</c>, <c>model tile</c>, ...).</summary>
    public void Report(string part, string? problem) => throw new NotImplementedException((part, problem).ToString());

    public IReadOnlyDictionary<string, string> Problems => throw new NotImplementedException();
}
