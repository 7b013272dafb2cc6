namespace Sentinel.Worker.Telemetry;

/// <summary>What can become of a trained model: the values of the label <c>outcome</c>.</summary>
internal static class PromotionOutcomes
{
    /// <summary>It is in use from now on.</summary>
    public const string Promoted = "promoted";

    /// <summary>The gate found it worse than the model in use, or over the false-alarm budget.</summary>
    public const string Rejected = "rejected";

    /// <summary>It waits: for a person's approval, for its time in the shadow, or for the end of a drift.</summary>
    public const string Held = "held";

    /// <summary>An earlier model is in use again.</summary>
    public const string RolledBack = "rolled_back";

    public static IReadOnlyList<string> All => [Promoted, Rejected, Held, RolledBack];
}
