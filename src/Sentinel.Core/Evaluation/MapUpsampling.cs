using Sentinel.Core.Detection;

namespace Sentinel.Core.Evaluation;

/// <summary>Brings a map from the model's grid to the image's own size, so that it can be compared with a mask pixel by pixel.</summary>
public static class MapUpsampling
{
    /// <summary>Bilinear, with cells and pixels sampled at their centres and the border cells held outwards; row by row.</summary>
    public static float[] Bilinear(AnomalyMap map, int width, int height)
    {
        var columns = Places(map.Width, width);
        var rows = Places(map.Height, height);
        var pixels = new float[width * height];
        for (var y = 0; y < height; y++)
        {
            var (top, bottom, v) = rows[y];
            for (var x = 0; x < width; x++)
            {
                var (left, right, u) = columns[x];
                var upper = Mix(map.Values[(top * map.Width) + left], map.Values[(top * map.Width) + right], u);
                var lower = Mix(map.Values[(bottom * map.Width) + left], map.Values[(bottom * map.Width) + right], u);
                pixels[(y * width) + x] = Mix(upper, lower, v);
            }
        }

        return pixels;
    }

    private static (int Before, int After, float Share)[] Places(int cells, int pixels) =>
        [.. Enumerable.Range(0, pixels).Select(pixel =>
        {
            var place = Math.Clamp(((pixel + 0.5) * cells / pixels) - 0.5, 0, cells - 1);
            var before = (int)place;
            return (before, Math.Min(before + 1, cells - 1), (float)(place - before));
        })];

    private static float Mix(float a, float b, float share) => a + ((b - a) * share);
}
