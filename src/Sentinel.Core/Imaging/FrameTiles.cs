namespace Sentinel.Core.Imaging;

/// <summary>Square parts of a frame as a network takes them.</summary>
public static class FrameTiles
{
    /// <summary>
    /// Copies the tile whose top left corner is (x, y) to planar samples 0..1, channel by channel. What lies outside the frame is mirrored at
    /// its edge pixels (cb|abc|ba), as often as needed when the frame is smaller than the tile.
    /// </summary>
    /// <param name="frame">The image.</param>
    /// <param name="x">Left edge of the tile in pixels; it may be negative.</param>
    /// <param name="y">Top edge of the tile in pixels; it may be negative.</param>
    /// <param name="size">Side of the tile in pixels.</param>
    /// <param name="target">Channels x size x size samples.</param>
    public static void TileToPlanar(this Frame frame, int x, int y, int size, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (target.Length != frame.Channels * size * size)
        {
            throw new ArgumentException($"{frame.Channels} x {size} x {size} samples expected, {target.Length} given.", nameof(target));
        }

        Span<int> columns = size <= 1024 ? stackalloc int[size] : new int[size];
        for (var i = 0; i < size; i++)
        {
            columns[i] = Mirror(x + i, frame.Width) * frame.Channels;
        }

        for (var row = 0; row < size; row++)
        {
            var width = frame.Width * frame.Channels;
            var source = frame.Samples.AsSpan(Mirror(y + row, frame.Height) * width, width);
            for (var c = 0; c < frame.Channels; c++)
            {
                var line = target.Slice((c * size + row) * size, size);
                for (var i = 0; i < size; i++)
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
