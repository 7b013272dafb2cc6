using Sentinel.Core.Imaging;
using SkiaSharp;

namespace Sentinel.Worker.Demo;

/// <summary>
/// Draws plates of one design as a camera would see them: each lies up to 2 pixels and half a degree off, was brushed differently, stands
/// in light that falls from another side, and carries a little sensor noise.
/// </summary>
internal sealed class PlatePainter(int seed)
{
    private const double SensorNoise = 1.2 / 255;
    private const int VisibleDifference = 10;

    public PlateDesign Design { get; } = PlateDesign.FromSeed(seed);

    /// <summary>Draws part number <paramref name="part"/>; the same number is the same part, with or without a defect.</summary>
    public PaintedPart Paint(int part, PartDefect? defect = null)
    {
        using var picture = Draw(part, defect);
        return new PaintedPart(Photograph(picture, part), defect, defect is null ? new bool[PlateDesign.Width * PlateDesign.Height] : Mask());

        bool[] Mask()
        {
            using var clean = Draw(part, null);
            return [.. clean.Pixels.Zip(picture.Pixels, Differs)];
        }
    }

    private SKBitmap Draw(int part, PartDefect? defect)
    {
        var random = RandomOf(part, 1);
        var fault = RandomOf(part, 2);
        var bitmap = new SKBitmap(PlateDesign.Width, PlateDesign.Height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(Design.Fixture);
        canvas.Translate((4 * random.NextSingle()) - 2, (4 * random.NextSingle()) - 2);
        canvas.RotateDegrees(random.NextSingle() - 0.5f, PlateDesign.Width / 2f, PlateDesign.Height / 2f);

        DrawMetal(canvas, random);
        var missing = defect == PartDefect.MissingHole ? fault.Next(Design.Holes.Length) : -1;
        foreach (var hole in Design.Holes.Where((_, i) => i != missing))
        {
            DrawHole(canvas, hole);
        }

        DrawMark(canvas, defect == PartDefect.Misprint ? fault : null);
        if (defect is { } kind && SurfaceDefects.Kinds.Contains(kind))
        {
            SurfaceDefects.Draw(canvas, kind, Design.Outline.Rect, 1, fault);
        }

        return bitmap;
    }

    private void DrawMetal(SKCanvas canvas, Random random)
    {
        using var texture = BrushedMetal.Paint(Design.Metal, PlateDesign.Width, PlateDesign.Height, random);
        using var shader = SKShader.CreateBitmap(texture);
        using var metal = new SKPaint { Shader = shader, IsAntialias = true };
        using var shadow = new SKPaint
        {
            Color = SKColors.Black.WithAlpha(110),
            IsAntialias = true,
            MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, 3),
        };
        using var edge = Stroke(SKColors.White.WithAlpha(70), 1.5f);
        canvas.DrawRoundRect(Design.Outline, shadow);
        canvas.DrawRoundRect(Design.Outline, metal);
        canvas.DrawRoundRect(Design.Outline, edge);
    }

    private void DrawHole(SKCanvas canvas, SKPoint centre)
    {
        using var bore = new SKPaint { Color = new SKColor(14, 14, 16), IsAntialias = true };
        using var bevel = Stroke(SKColors.Black.WithAlpha(90), 3);
        using var glint = Stroke(SKColors.White.WithAlpha(130), 1.6f);
        canvas.DrawCircle(centre, Design.HoleRadius, bore);
        canvas.DrawCircle(centre, Design.HoleRadius + 1, bevel);
        var rim = Design.HoleRadius + 2;
        canvas.DrawArc(new SKRect(centre.X - rim, centre.Y - rim, centre.X + rim, centre.Y + rim), 20, 110, false, glint);
    }

    /// <summary>Prints the mark; with a fault, one or two signs are left out.</summary>
    private void DrawMark(SKCanvas canvas, Random? fault)
    {
        using var ink = Stroke(Design.Ink.WithAlpha(225), Design.StrokeWidth);
        ink.StrokeJoin = SKStrokeJoin.Round;
        var first = fault?.Next(1, Design.Mark.Length) ?? -1;
        var second = fault is null ? -1 : first + fault.Next(2);
        foreach (var (i, sign) in Design.Mark.Index())
        {
            if (i != first && i != second)
            {
                canvas.DrawPath(sign, ink);
            }
        }
    }

    /// <summary>Light that falls a few per cent unevenly, and the sensor.</summary>
    private Frame Photograph(SKBitmap picture, int part)
    {
        var random = RandomOf(part, 3);
        var direction = random.NextDouble() * 2 * Math.PI;
        var (slopeX, slopeY) = (0.06 * Math.Cos(direction), 0.06 * Math.Sin(direction));
        var brightness = 1 + (0.08 * (random.NextDouble() - 0.5));
        var even = SkiaFrames.ToFrame(picture);
        for (var i = 0; i < even.Samples.Length; i++)
        {
            var (x, y) = (i / 3 % even.Width, i / 3 / even.Width);
            var light = brightness + (slopeX * ((2.0 * x / even.Width) - 1)) + (slopeY * ((2.0 * y / even.Height) - 1));
            even.Samples[i] = (ushort)Math.Min(even.Samples[i] * light, ushort.MaxValue);
        }

        return SkiaFrames.InEightBits(Core.Evaluation.SensorNoise.On(even, SensorNoise, random.Next()));
    }

    private Random RandomOf(int part, int stream) => new(unchecked((((seed * 1_000_003) + part) * 31) + stream));

    private static SKPaint Stroke(SKColor colour, float width) =>
        new() { Style = SKPaintStyle.Stroke, Color = colour, StrokeWidth = width, IsAntialias = true };

    private static bool Differs(SKColor a, SKColor b) =>
        Math.Abs(a.Red - b.Red) > VisibleDifference || Math.Abs(a.Green - b.Green) > VisibleDifference
        || Math.Abs(a.Blue - b.Blue) > VisibleDifference;
}
