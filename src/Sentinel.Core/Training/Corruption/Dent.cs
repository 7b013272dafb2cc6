namespace Sentinel.Core.Training.Corruption;

/// <summary>A dent or bump, lit from one side: bright where it faces the light, dark where it turns away.</summary>
internal sealed class Dent : ICorruption
{
    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        var blob = Mask.Blob(canvas, random, 0.04, 0.3);
        var relief = blob.Softened(1 + (int)(0.06 * Math.Min(blob.Width, blob.Height)));
        var (sin, cos) = MathF.SinCos(random.NextSingle() * 2 * MathF.PI);
        var slopes = new float[relief.Opacity.Length];
        for (var y = 0; y < relief.Height; y++)
        {
            for (var x = 0; x < relief.Width; x++)
            {
                slopes[y * relief.Width + x] = cos * (Height(x + 1, y) - Height(x - 1, y)) + sin * (Height(x, y + 1) - Height(x, y - 1));
            }
        }

        var change = (0.06f + 0.34f * random.NextSingle()) / Math.Max(1e-6f, slopes.Max(MathF.Abs));
        relief.ForEach((x, y, _) => canvas.Shift(x, y, change * slopes[(y - relief.Top) * relief.Width + x - relief.Left], opacity: 1));

        float Height(int x, int y) => x >= 0 && y >= 0 && x < relief.Width && y < relief.Height ? relief.Opacity[y * relief.Width + x] : 0;
    }
}
