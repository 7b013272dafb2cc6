namespace Sentinel.Core.Models;

/// <summary>What a version that passed the gate waits for.</summary>
public enum HoldReason
{
    /// <summary>A person's approval, because that is how the product is configured.</summary>
    Approval,

    /// <summary>A person's approval, because the input or the product drifts and it may have learnt the drift.</summary>
    Drift,

    /// <summary>Live images that it scores beside the champion.</summary>
    Shadow,
}

/// <summary>A version that passed the gate and is not in use yet: <c>challenger.json</c>. There is at most one; a newer one takes its place.</summary>
/// <param name="Version">The version.</param>
/// <param name="Since">When it began to wait.</param>
/// <param name="Waits">What it waits for.</param>
/// <param name="Why">The same in a sentence.</param>
/// <param name="Images">In the shadow: how many live images it has to score.</param>
public sealed record Challenger(string Version, DateTimeOffset Since, HoldReason Waits, string Why, int Images = 0);
