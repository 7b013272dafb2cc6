namespace Sentinel.Core.Training.Corruption;

/// <summary>A soft shape in a box of a canvas: opacity 0..1 per position, row by row.</summary>
internal sealed record Mask(int Left, int Top, int Width, int Height, float[] Opacity)
{
    /// <summary>An irregular blob: an ellipse whose edge follows smooth noise, soft over about a pixel or more.</summary>
    public static Mask Blob(Canvas canvas, Random random, double smallest = 0.03, double largest = 0.45)
    {
        var size = Math.Min(canvas.Width, canvas.Height);
        var width = Side(size, random, smallest, largest);
        var height = Math.Clamp((int)(width * Math.Exp(random.NextDouble() * 2 - 1)), 3, canvas.Height);
        var (left, top) = (random.Next(canvas.Width - width + 1), random.Next(canvas.Height - height + 1));
        var noise = SmoothNoise(width, height, 2 + random.Next(5), random);
        var sharpness = 2f + 10f * random.NextSingle();
        var opacity = new float[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (dx, dy) = ((x + 0.5f) / width * 2 - 1, (y + 0.5f) / height * 2 - 1);
                var inside = 0.75f - MathF.Sqrt(dx * dx + dy * dy) + 0.7f * (noise[y * width + x] - 0.5f);
                opacity[y * width + x] = Math.Clamp(inside * sharpness + 0.5f, 0f, 1f);
            }
        }

        return new Mask(left, top, width, height, opacity);
    }

    /// <summary>A filled rectangle.</summary>
    public static Mask Box(Canvas canvas, Random random, double smallest = 0.04, double largest = 0.3)
    {
        var width = Side(canvas.Width, random, smallest, largest);
        var height = Side(canvas.Height, random, smallest, largest);
        var opacity = new float[width * height];
        Array.Fill(opacity, 1f);
        return new Mask(random.Next(canvas.Width - width + 1), random.Next(canvas.Height - height + 1), width, height, opacity);
    }

    /// <summary>Value noise: a coarse random grid, smoothly enlarged; 0..1.</summary>
    public static float[] SmoothNoise(int width, int height, int cells, Random random)
    {
        var grid = new float[(cells + 1) * (cells + 1)];
        for (var i = 0; i < grid.Length; i++)
        {
            grid[i] = random.NextSingle();
        }

        var noise = new float[width * height];
        for (var y = 0; y < height; y++)
        {
            var (row, fy) = Cell(y, height, cells);
            for (var x = 0; x < width; x++)
            {
                var (column, fx) = Cell(x, width, cells);
                var corner = row * (cells + 1) + column;
                var upper = grid[corner] + (grid[corner + 1] - grid[corner]) * fx;
                var lower = grid[corner + cells + 1] + (grid[corner + cells + 2] - grid[corner + cells + 1]) * fx;
                noise[y * width + x] = upper + (lower - upper) * fy;
            }
        }

        return noise;
    }

    /// <summary>Calls <paramref name="draw"/> with canvas x and y and the opacity there, wherever the shape is not empty.</summary>
    public void ForEach(Action<int, int, float> draw)
    {
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                if (Opacity[y * Width + x] is > 0 and var opacity)
                {
                    draw(Left + x, Top + y, opacity);
                }
            }
        }
    }

    /// <summary>The same shape with its opacity averaged over squares, twice: a hill instead of a table. Beyond its box there is nothing.</summary>
    /// <param name="reach">From the middle of a square to its edge, in pixels.</param>
    public Mask Softened(int reach)
    {
        var once = Averaged(Opacity, reach);
        return this with { Opacity = Averaged(once, reach) };
    }

    private float[] Averaged(float[] values, int reach)
    {
        var means = new float[values.Length];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var sum = 0f;
                for (var v = Math.Max(0, y - reach); v <= Math.Min(Height - 1, y + reach); v++)
                {
                    for (var u = Math.Max(0, x - reach); u <= Math.Min(Width - 1, x + reach); u++)
                    {
                        sum += values[v * Width + u];
                    }
                }

                means[y * Width + x] = sum / ((2 * reach + 1) * (2 * reach + 1));
            }
        }

        return means;
    }

    private static int Side(int whole, Random random, double smallest, double largest) =>
        Math.Clamp((int)(whole * smallest * Math.Pow(largest / smallest, random.NextDouble())), 3, whole);

    private static (int Index, float Fraction) Cell(int position, int length, int cells)
    {
        var at = (float)position / length * cells;
        var index = Math.Min((int)at, cells - 1);
        var fraction = at - index;
        return (index, fraction * fraction * (3 - 2 * fraction));
    }
}
