namespace Sentinel.Core.Training.Corruption;

/// <summary>A faint line one pixel wide that wavers a little: a crack, a hair, a scratch of a needle.</summary>
internal sealed class Hairline : ICorruption
{
    private const double Step = 0.7;

    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        var before = (float[])canvas.Samples.Clone(); // A line that crosses itself is no darker there.
        var change = (random.Next(2) == 0 ? -1 : 1) * (0.1f + 0.2f * random.NextSingle());
        var (x, y, direction) = (random.NextDouble() * canvas.Width, random.NextDouble() * canvas.Height, random.NextDouble() * 2 * Math.PI);
        for (var length = canvas.Width * (0.1 + 0.3 * random.NextDouble()); length > 0; length -= Step)
        {
            if (x >= 0 && y >= 0 && x < canvas.Width && y < canvas.Height)
            {
                for (var c = 0; c < canvas.Channels; c++)
                {
                    canvas.Blend((int)x, (int)y, c, before[(c * canvas.Height + (int)y) * canvas.Width + (int)x] + change, 1);
                }
            }

            direction += 0.2 * (random.NextDouble() - 0.5);
            (x, y) = (x + Step * Math.Cos(direction), y + Step * Math.Sin(direction));
        }
    }
}
