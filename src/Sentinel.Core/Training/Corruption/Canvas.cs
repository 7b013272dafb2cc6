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
}
