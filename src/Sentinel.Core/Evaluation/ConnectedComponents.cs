namespace Sentinel.Core.Evaluation;

/// <summary>The separate parts of a mask: pixels that touch at a side or a corner (8-connected) belong together.</summary>
internal static class ConnectedComponents
{
    /// <summary>Per pixel the number of its part, from 0, or -1 where the mask is empty; and how many pixels each part has.</summary>
    public static (int[] PartOfPixel, int[] Sizes) Of(ReadOnlySpan<bool> mask, int width)
    {
        var height = mask.Length / width;
        var parts = new int[mask.Length];
        Array.Fill(parts, -1);
        var sizes = new List<int>();
        var waiting = new Stack<int>();
        for (var start = 0; start < mask.Length; start++)
        {
            if (!mask[start] || parts[start] >= 0)
            {
                continue;
            }

            var size = 0;
            parts[start] = sizes.Count;
            waiting.Push(start);
            while (waiting.TryPop(out var pixel))
            {
                size++;
                var (x, y) = (pixel % width, pixel / width);
                for (var ny = Math.Max(0, y - 1); ny <= Math.Min(height - 1, y + 1); ny++)
                {
                    for (var nx = Math.Max(0, x - 1); nx <= Math.Min(width - 1, x + 1); nx++)
                    {
                        var neighbour = (ny * width) + nx;
                        if (mask[neighbour] && parts[neighbour] < 0)
                        {
                            parts[neighbour] = sizes.Count;
                            waiting.Push(neighbour);
                        }
                    }
                }
            }

            sizes.Add(size);
        }

        return (parts, [.. sizes]);
    }
}
