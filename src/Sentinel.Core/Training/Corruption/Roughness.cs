namespace Sentinel.Core.Training.Corruption;

/// <summary>A place with a grain of its own: corroded, crumbled, torn, sprayed on.</summary>
internal sealed class Roughness : ICorruption
{
    private const double CoarsestGrain = 5;

    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        var mask = Mask.Blob(canvas, random, 0.05, 0.35);
        var grain = 1 + (CoarsestGrain - 1) * random.NextDouble();
        var noise = Mask.SmoothNoise(mask.Width, mask.Height, Math.Max(2, (int)(Math.Max(mask.Width, mask.Height) / grain)), random);
        var depth = 0.1f + 0.5f * random.NextSingle();
        mask.ForEach((x, y, opacity) =>
            canvas.Shift(x, y, depth * (noise[(y - mask.Top) * mask.Width + x - mask.Left] - 0.5f), opacity));
    }
}
