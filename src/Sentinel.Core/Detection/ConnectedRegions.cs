namespace Sentinel.Core.Detection;

/// <summary>Finds the connected parts of a map that are over a line.</summary>
internal static class ConnectedRegions
{
    /// <summary>8-connected parts above the suspect threshold, highest peak first.</summary>
    /// <param name="map">In the unit of the score, on the model's grid.</param>
    /// <param name="calibration">The thresholds.</param>
    /// <param name="width">Width of the image the regions are given for, in pixels.</param>
    /// <param name="height">Height of that image.</param>
    public static IReadOnlyList<Region> Over(AnomalyMap map, Calibration calibration, int width, int height)
    {
        var line = calibration.SuspectThreshold;
        var found = new List<Region>();
        var visited = new bool[map.Values.Length];
        for (var cell = 0; cell < map.Values.Length; cell++)
        {
            if (map.Values[cell] > line && !visited[cell])
            {
                found.Add(Describe(map, Flood(map, line, cell, visited), calibration.Threshold, width, height));
            }
        }

        return [.. found.OrderByDescending(region => region.PeakRatio)];
    }

    private static List<int> Flood(AnomalyMap map, double line, int start, bool[] visited)
    {
        var part = new List<int>();
        var open = new Stack<int>([start]);
        visited[start] = true;
        while (open.TryPop(out var cell))
        {
            part.Add(cell);
            var (row, column) = (cell / map.Width, cell % map.Width);
            for (var y = Math.Max(0, row - 1); y <= Math.Min(map.Height - 1, row + 1); y++)
            {
                for (var x = Math.Max(0, column - 1); x <= Math.Min(map.Width - 1, column + 1); x++)
                {
                    var neighbour = y * map.Width + x;
                    if (map.Values[neighbour] > line && !visited[neighbour])
                    {
                        visited[neighbour] = true;
                        open.Push(neighbour);
                    }
                }
            }
        }

        return part;
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
