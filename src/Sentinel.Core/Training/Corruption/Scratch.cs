namespace Sentinel.Core.Training.Corruption;

/// <summary>A scratch or crack: a wandering line of changing width, darker or lighter than what it crosses.</summary>
internal sealed class Scratch : ICorruption
{
    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        var opacity = new float[canvas.Area];
        var length = Math.Min(canvas.Width, canvas.Height) * (0.08 + 0.8 * random.NextDouble());
        var (x, y) = (random.NextDouble() * canvas.Width, random.NextDouble() * canvas.Height);
        var direction = random.NextDouble() * 2 * Math.PI;
        var (bend, waver) = ((random.NextDouble() - 0.5) * 0.04, 0.02 + 0.25 * random.NextDouble());
        var radius = 0.4 + 1.6 * random.NextDouble() * random.NextDouble();
        for (var walked = 0.0; walked < length; walked += 0.5)
        {
            Stamp(canvas, opacity, x, y, radius * (0.7 + 0.6 * random.NextDouble()));
            direction += bend * 0.5 + waver * (random.NextDouble() - 0.5);
            (x, y) = (x + 0.5 * Math.Cos(direction), y + 0.5 * Math.Sin(direction));
        }

        var change = (random.NextDouble() < 0.65 ? -1 : 1) * (0.06f + 0.5f * random.NextSingle());
        for (var i = 0; i < opacity.Length; i++)
        {
            for (var c = 0; opacity[i] > 0 && c < canvas.Channels; c++)
            {
                ref var sample = ref canvas.Samples[c * canvas.Area + i];
                sample = Math.Clamp(sample + change * opacity[i], 0f, 1f);
            }
        }
    }

    private static void Stamp(Canvas canvas, float[] opacity, double x, double y, double radius)
    {
        var reach = (int)Math.Ceiling(radius + 1);
        for (var row = Math.Max(0, (int)y - reach); row <= Math.Min(canvas.Height - 1, (int)y + reach); row++)
        {
            for (var column = Math.Max(0, (int)x - reach); column <= Math.Min(canvas.Width - 1, (int)x + reach); column++)
            {
                var distance = Math.Sqrt((column + 0.5 - x) * (column + 0.5 - x) + (row + 0.5 - y) * (row + 0.5 - y));
                var inside = (float)Math.Clamp(radius + 0.5 - distance, 0, 1);
                ref var sample = ref opacity[row * canvas.Width + column];
                sample = Math.Max(sample, inside);
            }
        }
    }
}
