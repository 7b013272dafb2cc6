namespace Sentinel.Core.Training.Corruption;

/// <summary>The lecture's corruption: a rectangle of one random colour.</summary>
/// <param name="smallest">Of a side, as a share of the canvas' side.</param>
/// <param name="largest">Of a side, as a share of the canvas' side.</param>
internal sealed class Box(double smallest = 0.04, double largest = 0.3) : ICorruption
{
    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        float[] fill = [random.NextSingle(), random.NextSingle(), random.NextSingle()];
        Mask.Box(canvas, random, smallest, largest).ForEach((x, y, opacity) =>
        {
            for (var c = 0; c < canvas.Channels; c++)
            {
                canvas.Blend(x, y, c, fill[c], opacity);
            }
        });
    }
}
