using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Inbox;

/// <summary>A file that is ours: noted in the ledger and moved to the work folder.</summary>
/// <param name="Entry">What the ledger says of it.</param>
/// <param name="Path">Where it lies: <c>.work/product/id/name</c>, so that product and name are known even without the ledger.</param>
/// <param name="IsNew">True when it was claimed for the first time.</param>
internal sealed record ClaimedImage(LedgerEntry Entry, string Path, bool IsNew)
{
    /// <summary>How it was tried in a process of its own, when it was.</summary>
    public Trial? Trial { get; init; }

    /// <summary>Not null for a generated image, which is nobody's and is not counted.</summary>
    public HeartbeatImage? Heartbeat { get; init; }
}
