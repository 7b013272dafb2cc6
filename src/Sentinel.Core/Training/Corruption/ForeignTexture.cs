namespace Sentinel.Core.Training.Corruption;

/// <summary>A patch of something else: another place or image, turned and mirrored, or drawn noise, with random opacity.</summary>
internal sealed class ForeignTexture : ICorruption
{
    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        var mask = random.NextDouble() < 0.3 ? Mask.Box(canvas, random) : Mask.Blob(canvas, random);
        var texture = random.NextDouble() < 0.6 ? Excerpt(foreign, mask, canvas.Channels, random) : Drawn(mask, canvas.Channels, random);
        var strength = 0.2f + 0.8f * random.NextSingle();
        mask.ForEach((x, y, opacity) =>
        {
            var at = (y - mask.Top) * mask.Width + x - mask.Left;
            for (var c = 0; c < canvas.Channels; c++)
            {
                canvas.Blend(x, y, c, texture[c * mask.Opacity.Length + at], opacity * strength);
            }
        });
    }

    private static float[] Excerpt(Canvas foreign, Mask mask, int channels, Random random)
    {
        var texture = new float[channels * mask.Opacity.Length];
        var (left, top, turned, mirrored) = (random.Next(foreign.Width), random.Next(foreign.Height), random.Next(2) == 0, random.Next(2) == 0);
        var gain = 0.6f + 0.8f * random.NextSingle();
        for (var y = 0; y < mask.Height; y++)
        {
            for (var x = 0; x < mask.Width; x++)
            {
                var (u, v) = turned ? (y, x) : (x, y);
                u = (left + (mirrored ? foreign.Width * 4 - u : u)) % foreign.Width;
                v = (top + v) % foreign.Height;
                for (var c = 0; c < channels; c++)
                {
                    var from = Math.Min(c, foreign.Channels - 1);
                    texture[c * mask.Opacity.Length + y * mask.Width + x] = gain * foreign.Samples[(from * foreign.Height + v) * foreign.Width + u];
                }
            }
        }

        return texture;
    }

    private static float[] Drawn(Mask mask, int channels, Random random)
    {
        var texture = new float[channels * mask.Opacity.Length];
        var noise = Mask.SmoothNoise(mask.Width, mask.Height, 2 + random.Next(Math.Max(2, mask.Width / 2)), random);
        for (var c = 0; c < channels; c++)
        {
            var (low, high) = (random.NextSingle(), random.NextSingle());
            for (var i = 0; i < noise.Length; i++)
            {
                texture[c * noise.Length + i] = low + (high - low) * noise[i];
            }
        }

        return texture;
    }
}
