using SkiaSharp;

namespace Sentinel.Worker.Demo;

/// <summary>
/// What all plates of one demo product have in common: metal, outline, two drill holes and a printed mark. Positions in pixels of the
/// 320 x 240 picture, for a plate that lies exactly straight.
/// </summary>
internal sealed record PlateDesign
{
    public const int Width = 320;
    public const int Height = 240;

    public required SKColor Metal { get; init; }

    public required SKColor Fixture { get; init; }

    public required SKColor Ink { get; init; }

    public required SKRoundRect Outline { get; init; }

    public required SKPoint[] Holes { get; init; }

    public required float HoleRadius { get; init; }

    /// <summary>The printed mark, one path per sign, the logo first; strokes of <see cref="StrokeWidth"/>.</summary>
    public required SKPath[] Mark { get; init; }

    public required float StrokeWidth { get; init; }

    /// <summary>The same seed gives the same product.</summary>
    public static PlateDesign FromSeed(int seed)
    {
        var random = new Random(seed);
        SKColor[] metals = [new(176, 180, 184), new(196, 170, 112), new(190, 130, 98), new(110, 140, 176), new(120, 160, 132), new(150, 128, 160)];
        SKColor[] fixtures = [new(42, 44, 50), new(30, 46, 62), new(58, 52, 46), new(36, 54, 44)];
        SKColor[] inks = [new(24, 24, 30), new(120, 22, 28), new(20, 40, 110), new(236, 238, 240)];

        var (marginX, marginY) = (random.Next(18, 34), random.Next(16, 28));
        var corner = random.Next(6, 20);
        var outline = new SKRoundRect(new SKRect(marginX, marginY, Width - marginX, Height - marginY), corner);
        var radius = 10 + (5 * random.NextSingle());
        var inset = radius + 9;
        var (left, right) = (outline.Rect.Left + inset, outline.Rect.Right - inset);
        var (top, bottom) = (outline.Rect.Top + inset, outline.Rect.Bottom - inset);
        SKPoint[] holes = random.Next(3) switch
        {
            0 => [new(left, top), new(right, bottom)],
            1 => [new(left, bottom), new(right, top)],
            _ => [new(left, top), new(right, top)],
        };

        return new PlateDesign
        {
            Metal = metals[random.Next(metals.Length)],
            Fixture = fixtures[random.Next(fixtures.Length)],
            Ink = inks[random.Next(inks.Length)],
            Outline = outline,
            Holes = holes,
            HoleRadius = radius,
            Mark = PrintedMark.Draw(random, new SKPoint(Width / 2f, outline.Rect.MidY + random.Next(-6, 7))),
            StrokeWidth = 3.2f + random.NextSingle(),
        };
    }
}
