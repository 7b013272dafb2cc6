using SkiaSharp;

namespace Sentinel.Worker.Demo;

/// <summary>Draws the defects that any surface can have: scratch, stain, fibre and dent.</summary>
internal static class SurfaceDefects
{
    public static readonly PartDefect[] Kinds = [PartDefect.Scratch, PartDefect.Stain, PartDefect.Fibre, PartDefect.Dent];

    /// <summary>Draws one defect somewhere in <paramref name="area"/>.</summary>
    /// <param name="scale">1 for a picture of 320 x 240; lengths grow with it.</param>
    public static void Draw(SKCanvas canvas, PartDefect kind, SKRect area, float scale, Random random)
    {
        var place = new SKPoint(
            area.Left + (area.Width * Between(random, 0.2f, 0.8f)), area.Top + (area.Height * Between(random, 0.2f, 0.8f)));
        canvas.Save();
        canvas.ClipRect(area);
        canvas.Translate(place);
        canvas.Scale(scale);
        canvas.RotateDegrees(360 * random.NextSingle());
        switch (kind)
        {
            case PartDefect.Scratch:
                Scratch(canvas, random);
                break;
            case PartDefect.Stain:
                Stain(canvas, random);
                break;
            case PartDefect.Fibre:
                Fibre(canvas, random);
                break;
            case PartDefect.Dent:
                Dent(canvas, random);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a defect of a surface.");
        }

        canvas.Restore();
    }

    /// <summary>A bright groove with a dark edge, nearly straight.</summary>
    private static void Scratch(SKCanvas canvas, Random random)
    {
        var length = Between(random, 45, 100);
        using var path = new SKPath();
        path.MoveTo(-length / 2, 0);
        for (var i = 1; i <= 4; i++)
        {
            path.LineTo((i / 4f * length) - (length / 2), Between(random, -2.5f, 2.5f));
        }

        using var light = Stroke(new SKColor(250, 250, 245, 215), Between(random, 1.1f, 1.7f));
        using var dark = Stroke(new SKColor(20, 18, 16, 170), 1);
        canvas.DrawPath(path, light);
        canvas.Translate(0, 1.2f);
        canvas.DrawPath(path, dark);
    }

    /// <summary>An oily spot with an uneven, soft outline.</summary>
    private static void Stain(SKCanvas canvas, Random random)
    {
        var radius = Between(random, 9, 18);
        using var path = new SKPath();
        path.AddPoly([.. Enumerable.Range(0, 11).Select(i =>
        {
            var reach = radius * Between(random, 0.65f, 1.25f);
            var angle = i * 2 * Math.PI / 11;
            return new SKPoint(reach * (float)Math.Cos(angle), reach * (float)Math.Sin(angle));
        })]);
        using var paint = new SKPaint
        {
            Color = new SKColor((byte)random.Next(20, 70), (byte)random.Next(14, 40), (byte)random.Next(4, 30), (byte)random.Next(110, 170)),
            IsAntialias = true,
            PathEffect = SKPathEffect.CreateCorner(radius / 2),
            MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, 1.6f),
        };
        canvas.DrawPath(path, paint);
    }

    /// <summary>A curled thread that lies on the part and throws a shadow.</summary>
    private static void Fibre(SKCanvas canvas, Random random)
    {
        var length = Between(random, 50, 95);
        using var path = new SKPath();
        path.MoveTo(-length / 2, 0);
        path.CubicTo(-length / 4, Between(random, -35, 35), length / 4, Between(random, -35, 35), length / 2, Between(random, -12, 12));
        SKColor[] threads = [new(30, 60, 150), new(150, 30, 40), new(235, 235, 225), new(25, 25, 25)];
        using var shadow = Stroke(new SKColor(0, 0, 0, 70), 2.2f);
        using var thread = Stroke(threads[random.Next(threads.Length)], Between(random, 1.3f, 2));
        canvas.Translate(1.5f, 1.5f);
        canvas.DrawPath(path, shadow);
        canvas.Translate(-1.5f, -1.5f);
        canvas.DrawPath(path, thread);
    }

    /// <summary>A hollow: one flank in the shade, the other in the light.</summary>
    private static void Dent(SKCanvas canvas, Random random)
    {
        var radius = Between(random, 10, 16);
        Flank(-0.35f, SKColors.Black, (byte)random.Next(120, 170));
        Flank(0.35f, SKColors.White, (byte)random.Next(110, 150));

        void Flank(float side, SKColor colour, byte strength)
        {
            using var shader = SKShader.CreateRadialGradient(
                new SKPoint(side * radius, 0), radius * 0.75f, [colour.WithAlpha(strength), colour.WithAlpha(0)], SKShaderTileMode.Clamp);
            using var paint = new SKPaint { Shader = shader, IsAntialias = true };
            canvas.DrawCircle(side * radius, 0, radius * 0.75f, paint);
        }
    }

    private static SKPaint Stroke(SKColor colour, float width) =>
        new() { Style = SKPaintStyle.Stroke, Color = colour, StrokeWidth = width, IsAntialias = true, StrokeCap = SKStrokeCap.Round };

    private static float Between(Random random, float low, float high) => low + ((high - low) * random.NextSingle());
}
