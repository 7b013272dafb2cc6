using Sentinel.Core.Drift;
using Sentinel.Core.Models;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Drift;

/// <summary>How far a product's newest images are from what its model was made for, by signal; 1 is the line.</summary>
internal static class DriftState
{
    /// <summary>Fewer images than this say nothing.</summary>
    public const int Fewest = 20;

    /// <summary>The four signals of the camera and the light.</summary>
    public static readonly IReadOnlyList<string> Inputs = [DriftSignals.Brightness, DriftSignals.Contrast, DriftSignals.Sharpness, DriftSignals.Noise];

    /// <param name="samples">The newest images.</param>
    /// <param name="model">The model in use.</param>
    /// <returns>Empty when there are too few images, or the model is from before inputs were measured.</returns>
    public static IReadOnlyDictionary<string, double> Of(IReadOnlyList<DriftSample> samples, ModelManifest model)
    {
        if (samples.Count < Fewest || model.Inputs is not { } usual)
        {
            return new Dictionary<string, double>();
        }

        var ratios = new Dictionary<string, double>
        {
            [DriftSignals.Brightness] = DriftMeasure.OfInputs(samples.Select(sample => sample.Brightness), usual.Brightness),
            [DriftSignals.Contrast] = DriftMeasure.OfInputs(samples.Select(sample => sample.Contrast), usual.Contrast),
            [DriftSignals.Sharpness] = DriftMeasure.OfInputs(samples.Select(sample => sample.Sharpness), usual.Sharpness),
            [DriftSignals.Noise] = DriftMeasure.OfInputs(samples.Select(sample => sample.Noise), usual.Noise),
        };

        // P-values speak of the model that gave them.
        var accepted = samples.Where(sample => sample.ModelVersion == model.Version && !sample.IsFlagged).Select(sample => sample.PValue).ToList();
        if (accepted.Count >= Fewest)
        {
            ratios[DriftSignals.Scores] = DriftMeasure.OfScores(accepted, model.Calibration.SuspectBudget, model.Calibration.Scores.Count);
        }

        return ratios;
    }
}
