namespace Sentinel.Core.Imaging;

/// <summary>Parts of a frame as a network takes them.</summary>
public static class FrameTiles
{
    /// <summary>
    /// Copies the tile whose top left corner is (x, y) to planar samples 0..1, channel by channel. What lies outside the frame is mirrored at
    /// its edge pixels (cb|abc|ba), as often as needed when the frame is smaller than the tile.
    /// </summary>
    /// <param name="frame">The image.</param>
    /// <param name="x">Left edge of the tile in pixels; it may be negative.</param>
    /// <param name="y">Top edge of the tile in pixels; it may be negative.</param>
    /// <param name="width">Of the tile in pixels.</param>
    /// <param name="height">Of the tile in pixels.</param>
    /// <param name="target">Channels x height x width samples.</param>
    public static void TileToPlanar(this Frame frame, int x, int y, int width, int height, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (target.Length != frame.Channels * height * width)
        {
            throw new ArgumentException($"{frame.Channels} x {height} x {width} samples expected, {target.Length} given.", nameof(target));
        }

        Span<int> columns = width <= 1024 ? stackalloc int[width] : new int[width];
        for (var i = 0; i < width; i++)
        {
            columns[i] = Mirror(x + i, frame.Width) * frame.Channels;
        }

        for (var row = 0; row < height; row++)
        {
            var stride = frame.Width * frame.Channels;
            var source = frame.Samples.AsSpan(Mirror(y + row, frame.Height) * stride, stride);
            for (var c = 0; c < frame.Channels; c++)
            {
                var line = target.Slice((c * height + row) * width, width);
                for (var i = 0; i < width; i++)
                {
                    line[i] = source[columns[i] + c] * (1f / 65535);
                }
            }
        }
    }

    internal static int Mirror(int position, int length)
    {
        if (length == 1)
        {
            return 0;
        }

        var period = 2 * (length - 1);
        var within = (position % period + period) % period;
        return Math.Min(within, period - within);
    }
}
