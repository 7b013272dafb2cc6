using Sentinel.Core.Training.Corruption;

namespace Sentinel.Pretrain;

/// <summary>A square part of a picture, mirrored or not.</summary>
internal readonly record struct Window(LabelledPicture Picture, double Left, double Top, double Side, bool Mirrored)
{
    /// <param name="picture">To cut from.</param>
    /// <param name="smallest">Smallest side, as a share of the picture's shorter one.</param>
    /// <param name="random">Source of every choice.</param>
    public static Window Random(LabelledPicture picture, double smallest, Random random)
    {
        var side = picture.ShorterSide * (smallest + (1 - smallest) * random.NextDouble());
        return new Window(picture, (picture.Width - side) * random.NextDouble(), (picture.Height - side) * random.NextDouble(), side, random.Next(2) == 0);
    }

    public static Window Middle(LabelledPicture picture) =>
        new(picture, (picture.Width - picture.ShorterSide) / 2.0, (picture.Height - picture.ShorterSide) / 2.0, picture.ShorterSide, Mirrored: false);

    /// <summary>The part at another size, 0..1: each pixel the mean of what it covers, or bilinear where there is less.</summary>
    public Canvas Cut(int size, bool grey)
    {
        var samples = new float[3 * size * size];
        var (columns, rows) = (Weights(Left, Side, size, Picture.Width), Weights(Top, Side, size, Picture.Height));
        var plane = size * size;
        for (var c = 0; c < 3; c++)
        {
            var source = Picture.Pixels.AsSpan(c * Picture.Width * Picture.Height, Picture.Width * Picture.Height);
            for (var y = 0; y < size; y++)
            {
                foreach (var (row, share) in rows[y])
                {
                    var line = source.Slice(row * Picture.Width, Picture.Width);
                    for (var x = 0; x < size; x++)
                    {
                        var sum = 0f;
                        foreach (var (column, part) in columns[Mirrored ? size - 1 - x : x])
                        {
                            sum += part * line[column];
                        }

                        samples[c * plane + y * size + x] += share / 255f * sum;
                    }
                }
            }
        }

        if (grey)
        {
            for (var i = 0; i < plane; i++)
            {
                samples[i] = samples[plane + i] = samples[2 * plane + i] = 0.299f * samples[i] + 0.587f * samples[plane + i] + 0.114f * samples[2 * plane + i];
            }
        }

        return new Canvas(size, size, 3, samples);
    }

    /// <summary>For each target pixel along one side which source pixels it is made of: a tent over what it covers.</summary>
    private static (int Position, float Share)[][] Weights(double start, double length, int size, int limit)
    {
        var scale = length / size;
        var reach = Math.Max(1, scale);
        return [.. Enumerable.Range(0, size).Select(i =>
        {
            var centre = start + (i + 0.5) * scale - 0.5;
            var first = (int)Math.Ceiling(centre - reach);
            var last = (int)Math.Floor(centre + reach);
            var all = Enumerable.Range(first, last - first + 1)
                .Select(p => (Position: Math.Clamp(p, 0, limit - 1), Share: (float)(1 - Math.Abs(p - centre) / reach)))
                .Where(w => w.Share > 0)
                .ToArray();
            var sum = all.Sum(w => w.Share);
            return all.Select(w => (w.Position, w.Share / sum)).ToArray();
        })];
    }
}
