namespace Sentinel.Core.Imaging;

/// <summary>
/// The rules that bring every image of a product to one size, channel count and light. They are chosen once from the known-good images
/// and stored in the model, so that inspection cannot differ from training.
/// </summary>
public sealed record Standardisation
{
    /// <summary>Smaller images are enlarged to this many pixels.</summary>
    public const int FewestPixels = 256 * 256;

    /// <summary>Larger images are made smaller: time and memory grow with the pixels.</summary>
    public const int MostPixels = 384 * 384;

    // A line one pixel wide keeps two thirds of its contrast.
    private const double Shrinking = 1.5;

    private const double LongestProportion = 8;

    /// <summary>Width of the standardised image in pixels, a multiple of 32.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the standardised image in pixels, a multiple of 32.</summary>
    public required int Height { get; init; }

    /// <summary>1 when every known-good image is grey, else 3.</summary>
    public required int Channels { get; init; }

    public LightNormalisation Light { get; init; } = LightNormalisation.None;

    /// <summary>
    /// Rules for a product from its known-good images: sides that are multiples of 32 in the median proportion of the images (1:8 to 8:1), grey
    /// when all of them are. An image of median size is made smaller by at most half as much again, as long as that takes no more than
    /// <see cref="MostPixels"/>: what is a few pixels wide would be lost.
    /// </summary>
    /// <param name="images">Their sizes.</param>
    /// <param name="light">How their light is evened out.</param>
    /// <param name="pixels">Another number of pixels.</param>
    /// <exception cref="ArgumentException">No images.</exception>
    public static Standardisation ChooseFor(
        IReadOnlyList<(int Width, int Height, bool IsGrey)> images, LightNormalisation light = LightNormalisation.None, int? pixels = null)
    {
        if (images.Count == 0)
        {
            throw new ArgumentException("Rules are chosen from images; there are none.", nameof(images));
        }

        var proportion = Math.Clamp(Median(image => (double)image.Width / image.Height), 1 / LongestProportion, LongestProportion);
        var count = pixels ?? Math.Clamp(Median(image => (double)image.Width * image.Height) / (Shrinking * Shrinking), FewestPixels, MostPixels);
        return new Standardisation
        {
            Width = ToMultipleOf32(Math.Sqrt(count * proportion)),
            Height = ToMultipleOf32(Math.Sqrt(count / proportion)),
            Channels = images.All(image => image.IsGrey) ? 1 : 3,
            Light = light,
        };

        double Median(Func<(int Width, int Height, bool IsGrey), double> measure) => images.Select(measure).Order().ElementAt(images.Count / 2);
    }

    /// <summary>
    /// Stretches the frame to Width x Height (bicubic, antialiased when shrinking), makes it grey (Rec. 601 luma) or repeats its grey as the
    /// channels ask, and evens out the light. The same frame gives the same samples, bit for bit, on any thread.
    /// </summary>
    /// <returns>Samples of 0..1; with a light normalisation a little beyond where the image is much darker or brighter than its mean.</returns>
    public StandardImage Standardise(Frame frame)
    {
        var samples = Resampling.ToPlanar(frame, Width, Height, Channels);
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Math.Clamp(samples[i] * (1f / 65535), 0, 1);
        }

        Light.Even(samples);
        return new StandardImage(Width, Height, Channels, samples);
    }

    private static int ToMultipleOf32(double side) => Math.Max(32, (int)Math.Round(side / 32) * 32);
}
