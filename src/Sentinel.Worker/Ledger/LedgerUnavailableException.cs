namespace Sentinel.Worker.Ledger;

/// <summary>
/// The ledger cannot be read or written now: locked, disk full, read only. Nothing is wrong with the image; try again later.
/// </summary>
internal sealed class LedgerUnavailableException(string message, Exception inner) : Exception(message, inner);
