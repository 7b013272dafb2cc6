namespace Sentinel.Core.Training.Corruption;

/// <summary>A dot of a few pixels, darker or brighter: dust, a pore, a blowhole.</summary>
internal sealed class Speck : ICorruption
{
    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        var change = (random.NextDouble() < 0.6 ? -1 : 1) * (0.15f + 0.35f * random.NextSingle());
        Mask.Blob(canvas, random, 0.015, 0.04).ForEach((x, y, opacity) => canvas.Shift(x, y, change, opacity));
    }
}
