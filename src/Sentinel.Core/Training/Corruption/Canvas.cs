namespace Sentinel.Core.Training.Corruption;

/// <summary>Planar samples that are drawn on, 0..1; sample of channel c at (x, y) at <c>[(c * Height + y) * Width + x]</c>.</summary>
internal sealed record Canvas(int Width, int Height, int Channels, float[] Samples)
{
    public int Area => Width * Height;

    /// <summary>Mixes a value into one position: 0 opacity leaves the sample, 1 replaces it.</summary>
    public void Blend(int x, int y, int channel, float value, float opacity)
    {
        ref var sample = ref Samples[(channel * Height + y) * Width + x];
        sample = Math.Clamp(sample + (value - sample) * opacity, 0f, 1f);
    }

    public Canvas Copy() => this with { Samples = (float[])Samples.Clone() };
}
