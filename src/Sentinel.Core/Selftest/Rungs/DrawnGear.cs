using System.Numerics;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Selftest.Rungs;

/// <summary>A picture that needs no file: a gear with nine teeth and five bolt holes on a table, in light from the upper left. Lengths are shares of the picture's side.</summary>
internal sealed record DrawnGear
{
    private const int Teeth = 9;
    private const int Bolts = 5;

    private static readonly Vector3 _brass = new(0.86f, 0.66f, 0.30f);
    private static readonly Vector3 _steel = new(0.62f, 0.68f, 0.76f);
    private static readonly Vector3 _near = new(0.26f, 0.36f, 0.42f);
    private static readonly Vector3 _far = new(0.13f, 0.19f, 0.25f);

    /// <summary>Centre; 0.5 is the middle.</summary>
    public Vector2 Centre { get; init; } = new(0.5f);

    public float Radius { get; init; } = 0.36f;

    /// <summary>Radians it is turned by.</summary>
    public float Turn { get; init; }

    /// <summary>0 brass to 1 steel.</summary>
    public float Steel { get; init; }

    /// <summary>Strength of the light.</summary>
    public float Light { get; init; } = 1;

    public Frame Draw(int side)
    {
        var samples = new ushort[side * side * 3];
        for (var i = 0; i < side * side; i++)
        {
            var place = new Vector2(i % side + 0.5f, i / side + 0.5f) / side;
            var colour = Vector3.Clamp(Colour(place, side) * Light, Vector3.Zero, Vector3.One) * ushort.MaxValue;
            for (var c = 0; c < 3; c++)
            {
                samples[(3 * i) + c] = (ushort)colour[c];
            }
        }

        return new Frame(side, side, 3, samples);
    }

    private Vector3 Colour(Vector2 place, float sharpness)
    {
        var from = (place - Centre) / Radius;
        var shadow = Inside(Outline(from - new Vector2(0.1f, 0.14f)), 6);
        var table = Vector3.Lerp(_far, _near, place.Y) * (1 - 0.55f * shadow);

        // A cone's light, a turned groove, a bevelled rim.
        var (length, light) = (from.Length(), Vector2.Dot(Vector2.Normalize(from + new Vector2(1e-6f)), new Vector2(-0.6f, -0.8f)));
        var metal = Vector3.Lerp(_brass, _steel, Steel) * (0.84f + 0.16f * light * (1 + length) / 2);
        metal *= 1 - 0.4f * Inside(0.04f - Math.Abs(length - 0.74f), sharpness * Radius);
        metal *= 1 + 0.3f * light * Inside(0.08f - Math.Abs(Outline(from)), sharpness * Radius / 3);
        return Vector3.Lerp(table, metal, Inside(Math.Min(Outline(from), Holes(from)), sharpness * Radius));
    }

    /// <summary>How far inside the toothed edge.</summary>
    private float Outline(Vector2 from) => 0.93f + 0.09f * Math.Clamp(2.2f * MathF.Sin(Teeth * (MathF.Atan2(from.Y, from.X) - Turn)), -1, 1) - from.Length();

    /// <summary>How far from the nearest hole.</summary>
    private float Holes(Vector2 from)
    {
        var nearest = from.Length() - 0.24f;
        for (var bolt = 0; bolt < Bolts; bolt++)
        {
            var (sine, cosine) = MathF.SinCos(Turn + (2 * MathF.PI * bolt / Bolts));
            nearest = Math.Min(nearest, Vector2.Distance(from, new Vector2(cosine, sine) * 0.5f) - 0.09f);
        }

        return nearest;
    }

    /// <summary>1 inside, 0 outside, and the share of a pixel that is inside at the edge.</summary>
    private static float Inside(float depth, float sharpness) => Math.Clamp((depth * sharpness) + 0.5f, 0, 1);
}
