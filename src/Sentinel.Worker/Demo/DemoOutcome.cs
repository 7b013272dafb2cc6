using Sentinel.Core.Detection;

namespace Sentinel.Worker.Demo;

/// <summary>What became of one image of the demo.</summary>
internal sealed record DemoVerdict(DemoImage Dropped, ResultFile Report)
{
    public bool IsFlagged => Report.Verdict == Verdict.Anomalous;
}

/// <summary>What a demo ended with.</summary>
internal sealed record DemoOutcome(IReadOnlyList<DemoVerdict> Verdicts, string ContactSheet, string Address)
{
    public int Defective => Verdicts.Count(v => v.Dropped.Kind == DemoKind.Defective);

    public int Caught => Verdicts.Count(v => v.Dropped.Kind == DemoKind.Defective && v.IsFlagged);

    public int DefectiveSuspect => Verdicts.Count(v => v.Dropped.Kind == DemoKind.Defective && v.Report.Verdict == Verdict.Suspect);

    public int Good => Verdicts.Count(v => v.Dropped.Kind == DemoKind.Good);

    public int FalseAlarms => Verdicts.Count(v => v.Dropped.Kind == DemoKind.Good && v.IsFlagged);

    public int GoodSuspect => Verdicts.Count(v => v.Dropped.Kind == DemoKind.Good && v.Report.Verdict == Verdict.Suspect);
}
