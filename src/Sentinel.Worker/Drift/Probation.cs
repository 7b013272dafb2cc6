using System.Globalization;
using Sentinel.Core.Drift;
using Sentinel.Core.Models;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Drift;

/// <summary>
/// Watches the first images that a newly published model judges. When it flags far more of them than its calibration lets expect, although camera and light
/// are what they were, the model before it comes back.
/// </summary>
internal sealed partial class Probation(
    ModelRegistry registry, DriftLedger ledger, ModelDesk desk, SentinelOptions options, SentinelMetrics metrics, ILogger<Probation> logger)
{
    private const int Fewest = 20;

    // Looked at again and again over the probation: a sound model is rolled back by chance once in some thousand publications.
    private const double Surprise = 1e-5;

    public void Look(string product)
    {
        var length = options.SettingsOf(product).Drift.Probation;
        if (length == 0 || ChampionOf(product) is not { Before.Count: > 0 } champion)
        {
            return;
        }

        var (flagged, images) = ledger.FlaggedBy(product, champion.Version, champion.PublishedAt, length);
        if (images < Fewest || images >= length)
        {
            return;
        }

        var model = registry.Read(product, champion.Version);
        if (!FlaggedShare.IsSurprising(flagged, images, model.Calibration, Surprise) || InputsDrift(product, model, images))
        {
            return;
        }

        var why = string.Create(CultureInfo.InvariantCulture,
            $"it flagged {flagged} of the first {images} images, where its calibration lets expect {model.Calibration.SuspectBudget:P0}, and camera and light are unchanged");
        var to = desk.RollBack(product, "host", $"model {champion.Version}: {why}");
        metrics.PromotionDecided(product, PromotionOutcomes.RolledBack);
        Log.RolledBack(logger, product, champion.Version, to, why);
    }

    private bool InputsDrift(string product, ModelManifest model, int images)
    {
        var ratios = DriftState.Of(ledger.Newest(product, Math.Max(images, DriftState.Fewest)), model);
        return ratios.Any(ratio => DriftState.Inputs.Contains(ratio.Key) && ratio.Value >= 1);
    }

    /// <summary>A champion that no person chose; what cannot be read is reported where models are loaded.</summary>
    private ChampionRecord? ChampionOf(string product)
    {
        try
        {
            return registry.ChampionRecordOf(product) is { By: PromotedBy.Gate or PromotedBy.Shadow } champion ? champion : null;
        }
        catch (ModelUnusableException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Model {From} of {Product} is rolled back to {To}: {Why}.")]
        public static partial void RolledBack(ILogger logger, string product, string from, string to, string why);
    }
}
