namespace Sentinel.Core.Training.Corruption;

/// <summary>Planar samples that are drawn on, 0..1; sample of channel c at (x, y) at <c>[(c * Height + y) * Width + x]</c>.</summary>
internal sealed record Canvas(int Width, int Height, int Channels, float[] Samples)
{
    public int Area => Width * Height;

    /// <summary>A canvas of the image's own samples, which are not changed by drawing on it.</summary>
    public static Canvas Over(Imaging.StandardImage image) => new(image.Width, image.Height, image.Channels, (float[])image.Samples.Clone());

    /// <summary>Mixes a value into one position: 0 opacity leaves the sample, 1 replaces it.</summary>
    public void Blend(int x, int y, int channel, float value, float opacity)
    {
        ref var sample = ref Samples[(channel * Height + y) * Width + x];
        sample = Math.Clamp(sample + (value - sample) * opacity, 0f, 1f);
    }

    /// <summary>Makes one position brighter or darker in all channels: by the whole change where opacity is 1.</summary>
    public void Shift(int x, int y, float change, float opacity)
    {
        for (var c = 0; c < Channels; c++)
        {
            Blend(x, y, c, Samples[(c * Height + y) * Width + x] + change, opacity);
        }
    }

    /// <summary>The value between positions, linear in both directions; beyond the edge it is the edge's.</summary>
    public float Between(float x, float y, int channel)
    {
        (x, y) = (Math.Clamp(x, 0, Width - 1), Math.Clamp(y, 0, Height - 1));
        var (left, top) = ((int)x, (int)y);
        var (right, bottom) = (Math.Min(left + 1, Width - 1), Math.Min(top + 1, Height - 1));
        var upper = At(left, top) + (At(right, top) - At(left, top)) * (x - left);
        var lower = At(left, bottom) + (At(right, bottom) - At(left, bottom)) * (x - left);
        return upper + (lower - upper) * (y - top);

        float At(int column, int row) => Samples[(channel * Height + row) * Width + column];
    }
}
