using Sentinel.Core.Imaging;

namespace Sentinel.Core.Drift;

/// <summary>
/// What the camera and the light did to an image, whatever it shows: four numbers that stand still while neither changes.
/// </summary>
/// <param name="Brightness">Mean of the luma, 0..1.</param>
/// <param name="Contrast">Standard deviation of the luma, 0..1.</param>
/// <param name="Sharpness">Root mean square of the differences between pixels two apart, over the contrast: falls when the image blurs.</param>
/// <param name="Noise">Standard deviation of the noise, 0..1, from the mean absolute response to a mask that is blind to edges
/// (Immerkær 1996, Fast noise variance estimation).</param>
public sealed record InputMeasures(double Brightness, double Contrast, double Sharpness, double Noise)
{
    // Enough for four means; a large image is looked at in every n-th row.
    private const int MostRows = 256;

    /// <param name="frame">At least 5 x 5 pixels, the camera's own.</param>
    public static InputMeasures Of(Frame frame)
    {
        var step = Math.Max(1, frame.Height / MostRows);
        var rows = new float[3][] { new float[frame.Width], new float[frame.Width], new float[frame.Width] };
        var (sum, squares, edges, mask, pixels) = (0.0, 0.0, 0.0, 0.0, 0L);
        for (var y = 1; y < frame.Height - 1; y += step)
        {
            for (var i = 0; i < 3; i++)
            {
                Read(frame, y - 1 + i, rows[i]);
            }

            var (above, row, below) = (rows[0], rows[1], rows[2]);
            for (var x = 2; x < frame.Width - 2; x++)
            {
                double value = row[x];
                var slope = row[x + 1] - row[x - 1];
                sum += value;
                squares += value * value;
                edges += slope * slope;
                mask += Math.Abs(above[x - 1] - 2 * above[x] + above[x + 1] - 2 * row[x - 1] + 4 * value - 2 * row[x + 1]
                    + below[x - 1] - 2 * below[x] + below[x + 1]);
            }

            pixels += frame.Width - 4;
        }

        var mean = sum / pixels;
        var contrast = Math.Sqrt(Math.Max(0, squares / pixels - mean * mean));
        return new InputMeasures(mean, contrast, Math.Sqrt(edges / pixels) / Math.Max(contrast, 1e-4), Math.Sqrt(Math.PI / 2) / 6 * mask / pixels);
    }

    private static void Read(Frame frame, int y, float[] row)
    {
        for (var x = 0; x < row.Length; x++)
        {
            row[x] = Luma.Of(frame, (long)y * frame.Width + x) / 65535f;
        }
    }
}
