using Sentinel.Core.Imaging;

namespace Sentinel.Core.Detection;

/// <summary>Shows people where an image differs from good ones.</summary>
public static class Heatmap
{
    // Ratios up to here leave the image as it is; colour is at its strongest from Full on; the colour itself changes up to Saturated.
    private const float Invisible = 0.4f;
    private const float Full = 1.3f;
    private const float Saturated = 2;

    private const float Strongest = 0.75f;
    private const float Dimming = 0.85f;

    private static readonly (ushort Red, ushort Green, ushort Blue) _frameColour = (0, 65535, 65535);

    /// <summary>
    /// The image in slightly darkened grey under the map's colours: hardly visible at half the threshold, clear at the threshold (1.0), yellow
    /// from twice the threshold on; a thin cyan rectangle around each region.
    /// </summary>
    /// <param name="image">The inspected image.</param>
    /// <param name="map">Ratios on a grid of any size that covers the whole image.</param>
    /// <param name="regions">What to frame, in pixels of the image.</param>
    /// <returns>A colour frame of 8 bits at the image's own size.</returns>
    public static Frame Overlay(Frame image, AnomalyMap map, IReadOnlyList<Region> regions)
    {
        if (map.Values.Length != map.Width * map.Height)
        {
            throw new ArgumentException($"A map of {map.Width} x {map.Height} cells has {map.Values.Length} values.", nameof(map));
        }

        var samples = new ushort[(long)image.Width * image.Height * 3];
        var across = Between.Along(image.Width, map.Width);
        var down = Between.Along(image.Height, map.Height);
        var ratios = new float[map.Width];
        for (var y = 0; y < image.Height; y++)
        {
            for (var i = 0; i < map.Width; i++)
            {
                ratios[i] = down[y].Of(map.Values[down[y].Low * map.Width + i], map.Values[down[y].High * map.Width + i]);
            }

            for (var x = 0; x < image.Width; x++)
            {
                var pixel = (long)y * image.Width + x;
                var ratio = across[x].Of(ratios[across[x].Low], ratios[across[x].High]);
                Paint(samples.AsSpan((int)(pixel * 3), 3), Luma.Of(image, pixel) * Dimming, ratio);
            }
        }

        var overlay = new Frame(image.Width, image.Height, 3, samples);
        foreach (var region in regions)
        {
            Outline(overlay, region);
        }

        return overlay;
    }

    private static void Paint(Span<ushort> pixel, float grey, float ratio)
    {
        // A NaN is not over anything either.
        if (!(ratio > Invisible))
        {
            pixel.Fill((ushort)(grey + 0.5f));
            return;
        }

        var rise = Math.Clamp((ratio - Invisible) / (Full - Invisible), 0, 1);
        var opacity = Strongest * rise * rise * (3 - 2 * rise);
        var (red, green, blue) = ColourMap.Inferno(0.25f + 0.625f * Math.Min(1, (ratio - Invisible) / (Saturated - Invisible)));
        pixel[0] = Mix(grey, red, opacity);
        pixel[1] = Mix(grey, green, opacity);
        pixel[2] = Mix(grey, blue, opacity);
    }

    private static ushort Mix(float grey, float colour, float opacity) => (ushort)(grey + (colour * 257 - grey) * opacity + 0.5f);

    /// <summary>Draws around the region, one 250th of the image's smaller side thick, and stays inside the image.</summary>
    private static void Outline(Frame overlay, Region region)
    {
        var thickness = Math.Max(1, Math.Min(overlay.Width, overlay.Height) / 250);
        var (left, top) = (region.X - thickness, region.Y - thickness);
        var (right, bottom) = (region.X + region.Width, region.Y + region.Height);
        overlay.Fill(left, top, right + thickness - left, thickness, _frameColour);
        overlay.Fill(left, bottom, right + thickness - left, thickness, _frameColour);
        overlay.Fill(left, top, thickness, bottom + thickness - top, _frameColour);
        overlay.Fill(right, top, thickness, bottom + thickness - top, _frameColour);
    }

    /// <summary>The two cells of the map between whose centres a pixel's centre lies, and how far it is on the way.</summary>
    private readonly record struct Between(int Low, int High, float Share)
    {
        public static Between[] Along(int pixels, int cells)
        {
            var places = new Between[pixels];
            for (var i = 0; i < pixels; i++)
            {
                var place = Math.Clamp((i + 0.5) * cells / pixels - 0.5, 0, cells - 1);
                places[i] = new Between((int)place, Math.Min((int)place + 1, cells - 1), (float)(place - (int)place));
            }

            return places;
        }

        public float Of(float low, float high) => low + (high - low) * Share;
    }
}
