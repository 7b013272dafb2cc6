namespace Sentinel.Worker.Telemetry;

/// <summary>What a person can say of a verdict: the values of the label <c>outcome</c>, and of the ledger's column.</summary>
internal static class ReviewOutcomes
{
    /// <summary>The image was flagged and is good.</summary>
    public const string FalseAlarm = "false-alarm";

    /// <summary>The verdict was right.</summary>
    public const string Confirmed = "confirmed";

    /// <summary>The image was called normal and shows a defect.</summary>
    public const string Missed = "missed";

    public static IReadOnlyList<string> All => [FalseAlarm, Confirmed, Missed];
}
