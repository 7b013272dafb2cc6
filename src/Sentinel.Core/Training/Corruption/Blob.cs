namespace Sentinel.Core.Training.Corruption;

/// <summary>A stain or spot: an irregular shape, filled with one colour or made darker or lighter, more or less opaque.</summary>
internal sealed class Blob : ICorruption
{
    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        var shift = random.NextDouble() < 0.5;
        var strength = 0.25f + 0.75f * random.NextSingle();
        float[] colour = [random.NextSingle(), random.NextSingle(), random.NextSingle()];
        var change = (random.NextDouble() < 0.5 ? -1 : 1) * (0.06f + 0.5f * random.NextSingle());
        Mask.Blob(canvas, random).ForEach((x, y, opacity) =>
        {
            for (var c = 0; c < canvas.Channels; c++)
            {
                var value = shift ? canvas.Samples[(c * canvas.Height + y) * canvas.Width + x] + change : colour[c];
                canvas.Blend(x, y, c, value, shift ? opacity : opacity * strength);
            }
        });
    }
}
