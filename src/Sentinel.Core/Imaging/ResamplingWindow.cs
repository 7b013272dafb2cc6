namespace Sentinel.Core.Imaging;

/// <summary>What one target sample takes from the source: <c>Weights[i]</c> of sample <c>Start + i</c>; the weights add up to 1.</summary>
internal readonly record struct ResamplingWindow(int Start, float[] Weights)
{
    public int End => Start + Weights.Length;

    /// <summary>One window per target sample. Windows move on monotonically; at the ends they are cut and weighted up.</summary>
    public static ResamplingWindow[] Along(int source, int target)
    {
        var scale = (double)source / target;
        var stretch = Math.Max(scale, 1);
        var windows = new ResamplingWindow[target];
        for (var t = 0; t < target; t++)
        {
            var centre = (t + 0.5) * scale;
            var start = Math.Max(0, (int)Math.Floor(centre - 2 * stretch));
            var end = Math.Min(source, (int)Math.Ceiling(centre + 2 * stretch));
            var weights = new double[end - start];
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] = Cubic(Math.Abs((start + i + 0.5 - centre) / stretch));
            }

            var sum = weights.Sum();
            windows[t] = new ResamplingWindow(start, [.. weights.Select(weight => (float)(weight / sum))]);
        }

        return windows;
    }

    // Keys 1981, "Cubic convolution interpolation for digital image processing", with a = -1/2.
    private static double Cubic(double distance) => distance switch
    {
        < 1 => (1.5 * distance - 2.5) * distance * distance + 1,
        < 2 => ((-0.5 * distance + 2.5) * distance - 4) * distance + 2,
        _ => 0,
    };
}
