using MathNet.Numerics.Distributions;
using Sentinel.Core.Detection;

namespace Sentinel.Worker.Drift;

/// <summary>Whether a model flags more images than its calibration lets expect.</summary>
internal static class FlaggedShare
{
    /// <param name="flagged">Images that it called suspect or anomalous.</param>
    /// <param name="images">Of so many.</param>
    /// <param name="calibration">What was promised. A small calibration promises little: two standard errors are granted.</param>
    /// <param name="surprise">The probability below which it is too many.</param>
    /// <param name="usual">A share that is to be expected whatever was promised, because another model flags as many.</param>
    public static bool IsSurprising(int flagged, int images, Calibration calibration, double surprise, double usual = 0)
    {
        var promised = Math.Max(calibration.SuspectBudget, 1.0 / (calibration.Scores.Count + 1));
        var granted = promised + 2 * Math.Sqrt(promised * (1 - promised) / calibration.Scores.Count);
        return flagged > 0 && 1 - Binomial.CDF(Math.Min(1, Math.Max(granted, usual)), images, flagged - 1) < surprise;
    }
}
