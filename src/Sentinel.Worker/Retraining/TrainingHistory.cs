using Sentinel.Core.Models;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Retraining;

/// <summary>Tells the metrics what earlier runs of the host, and <c>sentinel train</c>, left behind: a restart is no new beginning.</summary>
internal sealed class TrainingHistory(ModelRegistry registry, AuditLedger audit, SentinelMetrics metrics)
{
    public void Recall(string product)
    {
        var last = LastTraining.Read(registry, product);
        metrics.TrainingsRecalled(product, LastSuccess(product, last), last?.SkippedAt, RejectedInARow(product));
    }

    private DateTimeOffset? LastSuccess(string product, LastTraining? last)
    {
        if (last is { Outcome: TrainingOutcomes.Trained, SkippedAt: null })
        {
            return last.EndedAt;
        }

        try
        {
            return registry.VersionsOf(product) is [.., var newest] ? registry.Read(product, newest).TrainedAt : null;
        }
        catch (ModelUnusableException)
        {
            return null;
        }
    }

    private int RejectedInARow(string product)
    {
        try
        {
            return audit.RejectedInARow(product);
        }
        catch (LedgerUnavailableException)
        {
            return 0; // Counted from here on.
        }
    }
}
