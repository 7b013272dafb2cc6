using System.Globalization;
using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Core.Training;
using Sentinel.Worker.Drift;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Promotion;

/// <summary>Every decision on which model is in use goes over this desk, whoever makes it, and leaves an entry in the audit trail.</summary>
internal sealed class ModelDesk(ModelRegistry registry, AuditLedger audit, DriftLedger drifts, JudgedImages judged, TimeProvider time)
{
    /// <summary>The user who runs this process, as the trail names people.</summary>
    public static string Person => $"user {Environment.UserName}";

    /// <summary>Why a model that passed the gate has to wait, or null.</summary>
    public Hold? HoldFor(string product, TrainingOptions settings)
    {
        if (settings.Approval is Approval.Manual)
        {
            return new Hold(HoldReason.Approval, $"Models of {product} are put into use by hand: sentinel models approve --product {product}");
        }

        if (drifts.On(product) is { Count: > 0 } on)
        {
            var signals = string.Join(", ", on.Select(drift => string.Create(CultureInfo.InvariantCulture, $"{drift.Key} since {drift.Value:yyyy-MM-dd HH:mm} UTC")));
            return new Hold(HoldReason.Drift,
                $"{product} drifts ({signals}): {DriftCause.Of(on.Keys)}. The model may have learnt the drift. Look at the cause, then: sentinel models approve --product {product}");
        }

        return settings.ShadowImages > 0
            ? new Hold(HoldReason.Shadow, $"It scores {settings.ShadowImages} live images beside the model in use first.", settings.ShadowImages)
            : null;
    }

    /// <summary>Notes what became of a newly trained version.</summary>
    /// <returns>One of <see cref="PromotionOutcomes"/>, and why it is not in use where it is not.</returns>
    public (string Outcome, string? Why) NoteTraining(ModelManifest model)
    {
        var (product, version) = (model.Product, model.Version);
        var gate = model.Gate!;
        Add("trainer", AuditEvents.Trained, product, version, new()
        {
            ["images"] = model.Training.Images.Count,
            ["leftOut"] = model.Training.LeftOut,
            ["parent"] = model.Training.Parent,
            ["weights"] = model.WeightsHash,
            ["gate"] = gate.Decision.ToString(),
            ["comparedWith"] = gate.Champion,
        });
        if (gate.Decision is GateDecision.Rejected)
        {
            var why = string.Join(' ', gate.Reasons);
            Add("gate", AuditEvents.Rejected, product, version, new() { ["why"] = why });
            return (PromotionOutcomes.Rejected, why);
        }

        if (registry.ChallengerOf(product) is { } waiting && waiting.Version == version)
        {
            Add("gate", AuditEvents.Held, product, version, new() { ["waits"] = waiting.Waits.ToString(), ["why"] = waiting.Why });
            return (PromotionOutcomes.Held, waiting.Why);
        }

        var remarks = gate.Reasons.Count > 0 ? string.Join(' ', gate.Reasons) : null;
        Add("gate", AuditEvents.Promoted, product, version, new() { ["before"] = model.Training.Parent, ["remarks"] = remarks, ["manifest"] = registry.ManifestHash(product, version) });
        return (PromotionOutcomes.Promoted, remarks);
    }

    public void NoteFailure(string product, string error) => Add("host", AuditEvents.TrainingFailed, product, null, new() { ["error"] = error });

    public void NoteUnusable(string product, string version, string problem) =>
        Add("host", AuditEvents.ModelUnusable, product, version, new() { ["problem"] = problem });

    public void NotePause(string product, bool isPaused) => Add(Person, isPaused ? AuditEvents.Paused : AuditEvents.Resumed, product, null, []);

    /// <summary>Puts a version into use because a person, or the shadow, says so.</summary>
    /// <exception cref="ModelUnusableException">There is no such version, or it is damaged.</exception>
    public void Approve(string product, string version, string by, string? why = null)
    {
        registry.Promote(product, version, by);
        Add(by, AuditEvents.Promoted, product, version, new() { ["why"] = why ?? "approved", ["manifest"] = registry.ManifestHash(product, version) });
    }

    /// <summary>A version that waited for one thing waits for another.</summary>
    public void Hold(string product, string version, HoldReason waits, string why, string by)
    {
        registry.Hold(product, version, waits, why);
        Add(by, AuditEvents.Held, product, version, new() { ["waits"] = waits.ToString(), ["why"] = why });
    }

    /// <summary>A version is in use of which the trail knows nothing.</summary>
    public void NoteFoundInUse(string product, ChampionRecord champion) => Add("host", AuditEvents.FoundInUse, product, champion.Version, new()
    {
        ["by"] = champion.By,
        ["publishedAt"] = champion.PublishedAt,
        ["manifest"] = champion.Manifest,
    });

    /// <summary>A version that waited is not put into use after all.</summary>
    public void Reject(string product, string version, string by, string why)
    {
        registry.Dismiss(product);
        Add(by, AuditEvents.Rejected, product, version, new() { ["why"] = why });
    }

    /// <summary>Goes back to the sound version before.</summary>
    /// <returns>The version in use now.</returns>
    /// <exception cref="ModelUnusableException">There is none.</exception>
    public string RollBack(string product, string by, string why)
    {
        var from = registry.ChampionOf(product);
        var to = registry.RollBack(product, by);
        Add(by, AuditEvents.RolledBack, product, to, new() { ["from"] = from, ["why"] = why, ["manifest"] = registry.ManifestHash(product, to) });
        return to;
    }

    /// <summary>
    /// Stores the weights of a version under a new number with thresholds for another budget, and puts it into use. The budget holds for the trainings that follow, until
    /// the configuration names another than <paramref name="configured"/>.
    /// </summary>
    public ModelManifest Recalibrate(string product, string version, Budgets budgets, Budgets configured, string by)
    {
        var old = registry.Read(product, version);
        var calibration = Calibration.From(old.Calibration.Scores, budgets.FalseAlarm, budgets.Suspect);
        var stored = Recalibration.Store(registry, old, calibration, time.GetUtcNow(), budgets == configured ? null : configured);
        Add(by, AuditEvents.Recalibrated, product, stored.Version, new()
        {
            ["from"] = version,
            ["budgetBefore"] = old.Calibration.FalseAlarmBudget,
            ["budget"] = budgets.FalseAlarm,
            ["thresholdBefore"] = old.Calibration.Threshold,
            ["threshold"] = calibration.Threshold,
        });
        Approve(product, stored.Version, by, $"model {version} with a false-alarm budget of {budgets.FalseAlarm.ToString(CultureInfo.InvariantCulture)}");
        return stored;
    }

    /// <summary>Versions that may go.</summary>
    public IReadOnlyList<string> Superfluous(string product) => ModelRetention.Superfluous(registry, product, judged.Judges(product));

    /// <summary>Removes what may go.</summary>
    public IReadOnlyList<string> Prune(string product)
    {
        if (Superfluous(product) is not { Count: > 0 } gone)
        {
            return [];
        }

        // The entry first: what is killed in between leaves a version that goes the next time, not one that went without a trace.
        Add("host", AuditEvents.Pruned, product, null, new() { ["versions"] = gone });
        return registry.Remove(product, gone);
    }

    private void Add(string actor, string what, string product, string? version, Dictionary<string, object?> detail) =>
        audit.Add(new AuditEntry(time.GetUtcNow(), actor, what, product, version, null, detail));
}
