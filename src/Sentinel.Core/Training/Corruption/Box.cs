namespace Sentinel.Core.Training.Corruption;

/// <summary>The lecture's corruption: a rectangle of one random colour.</summary>
internal sealed class Box : ICorruption
{
    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        float[] fill = [random.NextSingle(), random.NextSingle(), random.NextSingle()];
        Mask.Box(canvas, random).ForEach((x, y, opacity) =>
        {
            for (var c = 0; c < canvas.Channels; c++)
            {
                canvas.Blend(x, y, c, fill[c], opacity);
            }
        });
    }
}
