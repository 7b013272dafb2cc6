namespace Sentinel.Core.Imaging;

/// <summary>Frames at other sizes.</summary>
public static class FrameScaling
{
    /// <summary>The whole frame stretched to another size: smooth when enlarged, without aliasing when shrunk; same channels and depth.</summary>
    public static Frame Resize(this Frame frame, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var planar = Resampling.ToPlanar(frame, width, height, frame.Channels);
        var samples = new ushort[planar.Length];
        var area = width * height;
        for (var c = 0; c < frame.Channels; c++)
        {
            for (var i = 0; i < area; i++)
            {
                samples[i * frame.Channels + c] = ushort.CreateSaturating(planar[c * area + i] + 0.5f);
            }
        }

        return new Frame(width, height, frame.Channels, samples, frame.BitDepth);
    }

    /// <summary>The frame at the largest size with its own proportions inside <paramref name="side"/> x <paramref name="side"/> pixels.</summary>
    public static Frame FitInside(this Frame frame, int side)
    {
        var scale = (double)side / Math.Max(frame.Width, frame.Height);
        return frame.Resize(Math.Max(1, (int)Math.Round(frame.Width * scale)), Math.Max(1, (int)Math.Round(frame.Height * scale)));
    }
}
