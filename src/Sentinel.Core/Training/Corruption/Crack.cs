namespace Sentinel.Core.Training.Corruption;

/// <summary>A crack: a fine line that breaks off at angles and branches, mostly dark, from hardly visible to plain.</summary>
internal sealed class Crack : ICorruption
{
    private const int Branchings = 2;
    private const double BranchesPerPiece = 0.2;
    private const double Bend = 0.35;

    public void Draw(Canvas canvas, Canvas foreign, Random random)
    {
        var stroke = new Stroke(canvas);
        var size = Math.Min(canvas.Width, canvas.Height);
        var radius = 0.3 + 0.9 * random.NextDouble() * random.NextDouble();
        Grow(random.NextDouble() * canvas.Width, random.NextDouble() * canvas.Height, random.NextDouble() * 2 * Math.PI, size * 0.1 * Math.Pow(10, random.NextDouble()), radius, Branchings);
        stroke.Shift((random.NextDouble() < 0.8 ? -1 : 1) * 0.04f * MathF.Pow(10, random.NextSingle()));

        void Grow(double x, double y, double direction, double length, double width, int branchings)
        {
            while (length > 0)
            {
                var piece = Math.Min(length, size * (0.02 + 0.08 * random.NextDouble()));
                for (var walked = 0.0; walked <= piece; walked += Stroke.Step)
                {
                    stroke.Touch(x, y, width * (0.7 + 0.6 * random.NextDouble()));
                    (x, y) = (x + Stroke.Step * Math.Cos(direction), y + Stroke.Step * Math.Sin(direction));
                }

                length -= piece;
                if (branchings > 0 && random.NextDouble() < BranchesPerPiece)
                {
                    var aside = (random.Next(2) == 0 ? -1 : 1) * (0.4 + 0.8 * random.NextDouble());
                    Grow(x, y, direction + aside, length * (0.2 + 0.5 * random.NextDouble()), width * 0.8, branchings - 1);
                }

                direction += Bend * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;
            }
        }
    }
}
