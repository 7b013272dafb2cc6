using Sentinel.Core.Models;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Promotion;

/// <summary>
/// Sees to it that nothing is in use without a trace. A model is put into use and entered into the audit trail in two steps: what was killed in between, or put
/// into use by hand, is entered as found in use.
/// </summary>
internal sealed partial class UntracedModels(ModelRegistry registry, AuditLedger audit, ModelDesk desk, TimeProvider time, ILogger<UntracedModels> logger)
{
    // Whoever puts a model into use writes the entry right after it, but may have to wait for the ledger.
    private static readonly TimeSpan _grace = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (string Version, DateTimeOffset PublishedAt)> _traced = new(StringComparer.Ordinal);

    /// <exception cref="LedgerUnavailableException">Looked at again the next time.</exception>
    public void Look(string product)
    {
        if (ChampionOf(product) is not { } champion || time.GetUtcNow() - champion.PublishedAt < _grace
            || _traced.GetValueOrDefault(product) == (champion.Version, champion.PublishedAt))
        {
            return;
        }

        if (audit.InUse(product) != champion.Version)
        {
            desk.NoteFoundInUse(product, champion);
            Log.FoundInUse(logger, champion.Version, product, champion.By ?? "unknown");
        }

        _traced[product] = (champion.Version, champion.PublishedAt);
    }

    /// <summary>What cannot be read is reported where models are loaded.</summary>
    private ChampionRecord? ChampionOf(string product)
    {
        try
        {
            return registry.ChampionRecordOf(product);
        }
        catch (ModelUnusableException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Model {Version} of {Product} is in use without an entry in the audit trail, put there by {By}; it is entered as found in use.")]
        public static partial void FoundInUse(ILogger logger, string version, string product, string by);
    }
}
