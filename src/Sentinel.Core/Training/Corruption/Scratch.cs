namespace Sentinel.Core.Training.Corruption;

/// <summary>A scratch: a wandering line of changing width, darker or lighter than what it crosses.</summary>
internal sealed class Scratch : ICorruption
{
    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        var stroke = new Stroke(canvas);
        var length = Math.Min(canvas.Width, canvas.Height) * (0.08 + 0.8 * random.NextDouble());
        var (x, y) = (random.NextDouble() * canvas.Width, random.NextDouble() * canvas.Height);
        var direction = random.NextDouble() * 2 * Math.PI;
        var (bend, waver) = ((random.NextDouble() - 0.5) * 0.04, 0.02 + 0.25 * random.NextDouble());
        var radius = 0.4 + 1.6 * random.NextDouble() * random.NextDouble();
        for (var walked = 0.0; walked < length; walked += Stroke.Step)
        {
            stroke.Touch(x, y, radius * (0.7 + 0.6 * random.NextDouble()));
            direction += bend * Stroke.Step + waver * (random.NextDouble() - 0.5);
            (x, y) = (x + Stroke.Step * Math.Cos(direction), y + Stroke.Step * Math.Sin(direction));
        }

        stroke.Shift((random.NextDouble() < 0.65 ? -1 : 1) * (0.06f + 0.5f * random.NextSingle()));
    }
}
