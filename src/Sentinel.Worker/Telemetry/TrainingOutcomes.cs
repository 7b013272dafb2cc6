namespace Sentinel.Worker.Telemetry;

/// <summary>How a training can end: the values of the label <c>outcome</c>.</summary>
internal static class TrainingOutcomes
{
    /// <summary>A model was made; whether it came into use is counted as a promotion.</summary>
    public const string Trained = "trained";

    /// <summary>The known-good images are the same that the champion learned from.</summary>
    public const string Skipped = "skipped";

    /// <summary>Too few usable images.</summary>
    public const string Refused = "refused";

    /// <summary>It broke off, hung, or took far too long.</summary>
    public const string Failed = "failed";

    /// <summary>The machine computes wrongly: a person has to look at it.</summary>
    public const string MachineFault = "machine_fault";

    /// <summary>Sentinel was stopped meanwhile.</summary>
    public const string Cancelled = "cancelled";

    public static IReadOnlyList<string> All => [Trained, Skipped, Refused, Failed, MachineFault, Cancelled];
}
