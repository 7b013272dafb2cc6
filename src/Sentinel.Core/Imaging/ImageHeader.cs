namespace Sentinel.Core.Imaging;

/// <summary>What a file says of its image before a pixel is decoded.</summary>
/// <param name="Width">Width in pixels of the upright image.</param>
/// <param name="Height">Height in pixels of the upright image.</param>
/// <param name="Channels">1 for grey, 3 for colour, as the <see cref="Frame"/> will have.</param>
/// <param name="BitDepth">8 or 16, as the <see cref="Frame"/> will have.</param>
/// <param name="Format">The format by the file's first bytes, not by its name.</param>
public sealed record ImageHeader(int Width, int Height, int Channels, int BitDepth, ImageFormat Format)
{
    /// <summary>Pages of a TIFF or pictures of an animation; 1 for everything else.</summary>
    public int Frames { get; init; } = 1;

    /// <exception cref="UnreadableImageException">More pixels or frames, or fewer pixels, than the limits allow.</exception>
    internal void Check(ImageLimits limits)
    {
        var pixels = (long)Width * Height;
        var most = Math.Min(limits.MaxPixels, Array.MaxLength / Channels);
        if (pixels > most)
        {
            throw new UnreadableImageException(
                UnreadableReason.TooLarge,
                $"The image has {Width} x {Height} = {Millions(pixels)} pixels; the limit is {Millions(most)}.");
        }

        if (Frames > limits.MaxFrames)
        {
            throw new UnreadableImageException(
                UnreadableReason.TooLarge, $"The {Format.Name()} file has {Frames} pages; the limit is {limits.MaxFrames}.");
        }

        if (Math.Min(Width, Height) < limits.MinSide)
        {
            throw new UnreadableImageException(
                UnreadableReason.TooSmall,
                $"The image has {Width} x {Height} pixels; the smallest side that can be inspected is {limits.MinSide}.");
        }
    }

    /// <summary>Checks each page of a file, and that together they have no more pixels than one image may have.</summary>
    /// <exception cref="UnreadableImageException">They have.</exception>
    internal static void CheckTogether(IReadOnlyList<ImageHeader> pages, ImageLimits limits)
    {
        foreach (var page in pages)
        {
            page.Check(limits);
        }

        var pixels = pages.Sum(page => (long)page.Width * page.Height);
        if (pixels > limits.MaxPixels)
        {
            throw new UnreadableImageException(
                UnreadableReason.TooLarge,
                $"The {pages.Count} pages have {Millions(pixels)} pixels together; the limit is {Millions(limits.MaxPixels)}.");
        }
    }

    internal static string Millions(long count) => count >= 1_000_000 ? $"{count / 1e6:0.#} million" : $"{count}";
}
