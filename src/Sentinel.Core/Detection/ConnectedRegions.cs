namespace Sentinel.Core.Detection;

/// <summary>
/// Finds where on a map defects are: each peak over the line, with all that is connected to it above half way between the line and the peak. Far around a
/// strong defect the map is over the line too, because the network sees it from there; half way up, it is as wide as the defect.
/// </summary>
internal static class ConnectedRegions
{
    private const double HalfWay = 0.5;

    /// <summary>8-connected regions of peaks over the suspect threshold, highest peak first. A peak that is connected to a higher one above half of its own height is part of that one's slope.</summary>
    /// <param name="map">In the unit of the score, on the model's grid.</param>
    /// <param name="calibration">The thresholds.</param>
    /// <param name="width">Width of the image the regions are given for, in pixels.</param>
    /// <param name="height">Height of that image.</param>
    public static IReadOnlyList<Region> Over(AnomalyMap map, Calibration calibration, int width, int height)
    {
        var found = new List<Region>();
        var taken = new bool[map.Values.Length];
        foreach (var peak in Enumerable.Range(0, map.Values.Length).Where(cell => map.Values[cell] > calibration.SuspectThreshold).OrderByDescending(cell => map.Values[cell]))
        {
            if (!taken[peak] && Around(map, peak, calibration.SuspectThreshold, taken) is { } region)
            {
                found.Add(Describe(map, region, calibration.Threshold, width, height));
                region.ForEach(cell => taken[cell] = true);
            }
        }

        return found;
    }

    /// <summary>The cells of a peak's region; null if it is on the slope of a higher one.</summary>
    private static List<int>? Around(AnomalyMap map, int peak, double line, bool[] taken)
    {
        var least = line + HalfWay * (map.Values[peak] - line);
        var region = new List<int>();
        var open = new Stack<int>([peak]);
        var visited = new HashSet<int>([peak]);
        while (open.TryPop(out var cell))
        {
            if (taken[cell] || map.Values[cell] > map.Values[peak])
            {
                return null;
            }

            region.Add(cell);
            foreach (var neighbour in NeighboursOf(cell, map).Where(neighbour => map.Values[neighbour] >= least && visited.Add(neighbour)))
            {
                open.Push(neighbour);
            }
        }

        return region;
    }

    private static IEnumerable<int> NeighboursOf(int cell, AnomalyMap map)
    {
        var (row, column) = (cell / map.Width, cell % map.Width);
        for (var y = Math.Max(0, row - 1); y <= Math.Min(map.Height - 1, row + 1); y++)
        {
            for (var x = Math.Max(0, column - 1); x <= Math.Min(map.Width - 1, column + 1); x++)
            {
                yield return y * map.Width + x;
            }
        }
    }

    private static Region Describe(AnomalyMap map, List<int> part, double threshold, int width, int height)
    {
        var (left, right) = (part.Min(cell => cell % map.Width), part.Max(cell => cell % map.Width) + 1);
        var (top, bottom) = (part.Min(cell => cell / map.Width), part.Max(cell => cell / map.Width) + 1);
        var (x, y) = (left * width / map.Width, top * height / map.Height);
        return new Region(
            x,
            y,
            Math.Max(1, (right * width + map.Width - 1) / map.Width - x),
            Math.Max(1, (bottom * height + map.Height - 1) / map.Height - y),
            100.0 * part.Count / map.Values.Length,
            part.Max(cell => map.Values[cell]) / threshold);
    }
}
