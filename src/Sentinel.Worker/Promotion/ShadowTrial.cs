using System.Globalization;
using Sentinel.Core.Models;
using Sentinel.Worker.Drift;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Promotion;

/// <summary>Decides of a model that has scored enough live images in the shadow: it takes over unless it would flag more than is to be expected.</summary>
internal sealed partial class ShadowTrial(
    ModelRegistry registry, ShadowLedger ledger, DriftLedger drifts, ModelDesk desk, SentinelMetrics metrics, ILogger<ShadowTrial> logger)
{
    private const double Surprise = 0.001;

    public void Look(string product)
    {
        if (registry.ChallengerOf(product) is not { Waits: HoldReason.Shadow } challenger)
        {
            return;
        }

        var (images, flagged, champion) = ledger.Tally(product, challenger.Version);
        if (images < challenger.Images)
        {
            return;
        }

        var tally = string.Create(CultureInfo.InvariantCulture, $"of {images} live images it would have flagged {flagged}, the model in use flagged {champion}");
        if (drifts.On(product).Count > 0)
        {
            desk.Hold(
                product, challenger.Version, HoldReason.Drift, $"{product} drifts; {tally}. Look at the cause, then: sentinel models approve --product {product}", PromotedBy.Shadow);
            metrics.PromotionDecided(product, PromotionOutcomes.Held);
            Log.Held(logger, product, challenger.Version, tally);
        }
        else if (FlaggedShare.IsSurprising(flagged, images, registry.Read(product, challenger.Version).Calibration, Surprise, (double)champion / images))
        {
            desk.Reject(product, challenger.Version, PromotedBy.Shadow, tally);
            metrics.PromotionDecided(product, PromotionOutcomes.Rejected);
            Log.Rejected(logger, product, challenger.Version, tally);
        }
        else
        {
            desk.Approve(product, challenger.Version, PromotedBy.Shadow, tally);
            metrics.PromotionDecided(product, PromotionOutcomes.Promoted);
            Log.Promoted(logger, product, challenger.Version, tally);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Model {Version} of {Product} leaves the shadow and is in use: {Tally}.")]
        public static partial void Promoted(ILogger logger, string product, string version, string tally);

        [LoggerMessage(LogLevel.Warning, "Model {Version} of {Product} was rejected after its time in the shadow: {Tally}.")]
        public static partial void Rejected(ILogger logger, string product, string version, string tally);

        [LoggerMessage(LogLevel.Warning, "Model {Version} of {Product} waits for approval, because the product drifts: {Tally}.")]
        public static partial void Held(ILogger logger, string product, string version, string tally);
    }
}
