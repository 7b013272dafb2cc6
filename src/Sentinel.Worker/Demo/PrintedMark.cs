using SkiaSharp;

namespace Sentinel.Worker.Demo;

/// <summary>A mark that looks like a maker's logo and a type number, made of strokes so that no font is needed.</summary>
internal static class PrintedMark
{
    private const float LogoRadius = 17;
    private const float SignWidth = 15;
    private const float SignHeight = 26;
    private const float Gap = 8;

    /// <summary>A logo and four or five signs in a row around <paramref name="centre"/>; each sign is one path.</summary>
    public static SKPath[] Draw(Random random, SKPoint centre)
    {
        var signs = random.Next(4, 6);
        var width = (2 * LogoRadius) + (signs * (SignWidth + Gap)) + Gap;
        var left = centre.X - (width / 2);
        var marks = new List<SKPath> { Logo(random, new SKPoint(left + LogoRadius, centre.Y)) };
        for (var i = 0; i < signs; i++)
        {
            var x = left + (2 * LogoRadius) + (2 * Gap) + (i * (SignWidth + Gap));
            marks.Add(Sign(random, new SKPoint(x, centre.Y - (SignHeight / 2))));
        }

        return [.. marks];
    }

    private static SKPath Logo(Random random, SKPoint centre)
    {
        var logo = new SKPath();
        logo.AddCircle(centre.X, centre.Y, LogoRadius);
        var (corners, turn) = (random.Next(3, 7), random.NextDouble() * Math.PI);
        logo.AddPoly([.. Enumerable.Range(0, corners).Select(i =>
        {
            var angle = turn + (i * 2 * Math.PI / corners);
            return new SKPoint(centre.X + (float)(0.6 * LogoRadius * Math.Cos(angle)), centre.Y + (float)(0.6 * LogoRadius * Math.Sin(angle)));
        })]);
        return logo;
    }

    /// <summary>Three to five strokes between the points of a grid of 3 x 4, like a letter of an unknown script.</summary>
    private static SKPath Sign(Random random, SKPoint corner)
    {
        var sign = new SKPath();
        var at = (Column: random.Next(3), Row: 0);
        sign.MoveTo(Place(at));
        for (var stroke = random.Next(3, 6); stroke > 0; stroke--)
        {
            var next = (Column: random.Next(3), Row: random.Next(4));
            if (next == at)
            {
                next = ((at.Column + 1) % 3, 3 - at.Row);
            }

            at = next;
            sign.LineTo(Place(at));
        }

        return sign;

        SKPoint Place((int Column, int Row) point) => new(corner.X + (point.Column * SignWidth / 2), corner.Y + (point.Row * SignHeight / 3));
    }
}
