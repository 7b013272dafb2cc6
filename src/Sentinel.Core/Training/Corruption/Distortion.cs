namespace Sentinel.Core.Training.Corruption;

/// <summary>A place pushed out of shape: what belongs there lies a few pixels off.</summary>
internal sealed class Distortion : ICorruption
{
    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        var before = canvas with { Samples = (float[])canvas.Samples.Clone() };
        var mask = Mask.Blob(canvas, random, 0.08, 0.45);
        var farthest = 1.5f + 0.15f * Math.Min(mask.Width, mask.Height) * random.NextSingle();
        var cells = 2 + random.Next(3);
        var (aside, down) = (Mask.SmoothNoise(mask.Width, mask.Height, cells, random), Mask.SmoothNoise(mask.Width, mask.Height, cells, random));
        mask.ForEach((x, y, opacity) =>
        {
            var i = (y - mask.Top) * mask.Width + x - mask.Left;
            var (u, v) = (x + Push(aside[i]), y + Push(down[i]));
            for (var c = 0; c < canvas.Channels; c++)
            {
                canvas.Blend(x, y, c, before.Between(u, v, c), 1);
            }

            float Push(float noise) => (noise - 0.5f) * 2 * farthest * opacity;
        });
    }
}
