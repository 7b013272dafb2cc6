namespace Sentinel.Core.Drift;

/// <summary>How far a window of images has moved, as a ratio: 0 is not at all, 1 is the line at which it counts as drift.</summary>
public static class DriftMeasure
{
    // In standard deviations of single good images; the median of a window of 100 wanders by an eighth of one.
    private const double SpreadsThatCount = 3;

    // What no camera keeps: below this share of the usual value nothing counts, however alike the known-good images are.
    private const double SmallestChange = 0.05;

    // Kolmogorov's statistic at a significance of 1e-4: the window is looked at again and again.
    private const double CriticalDistance = 2.225;

    /// <summary>Inputs: distance of the window's median from the known-good images'.</summary>
    /// <param name="window">One measure of each image, at least one.</param>
    /// <param name="usual">What the known-good images measured.</param>
    public static double OfInputs(IEnumerable<double> window, UsualRange usual)
    {
        var median = UsualRange.Of(window).Median;
        var scale = Math.Max(usual.Spread, SmallestChange * Math.Abs(usual.Median) / SpreadsThatCount);
        return Math.Abs(median - usual.Median) / (SpreadsThatCount * Math.Max(scale, 1e-9));
    }

    /// <summary>
    /// Product: Kolmogorov-Smirnov distance of the p-values of accepted images from the uniform distribution that conformal p-values of good
    /// images have. The calibration is a sample, too: two samples are compared.
    /// </summary>
    /// <param name="pValues">P-values of the images that were called normal, at least one.</param>
    /// <param name="smallest">Accepted images have p-values above this: the suspect budget.</param>
    /// <param name="calibrated">Number of calibration images.</param>
    public static double OfScores(IReadOnlyList<double> pValues, double smallest, int calibrated)
    {
        var sorted = pValues.Where(p => p > smallest).Select(p => (p - smallest) / (1 - smallest)).Order().ToArray();
        if (sorted.Length == 0)
        {
            return 0;
        }

        // P-values come in steps of 1/(n + 1): half a step is no distance.
        var step = 1.0 / (calibrated + 1) / (1 - smallest);
        var distance = 0.0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var above = (i + 1.0) / sorted.Length - sorted[i];
            var below = sorted[i] - step - (double)i / sorted.Length;
            distance = Math.Max(distance, Math.Max(above, below));
        }

        var size = (double)sorted.Length * calibrated / (sorted.Length + calibrated);
        return Math.Max(0, distance) * Math.Sqrt(size) / CriticalDistance;
    }
}
