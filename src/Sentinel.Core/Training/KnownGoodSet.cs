using Sentinel.Core.Imaging;

namespace Sentinel.Core.Training;

/// <summary>The known-good images that can be used, in an order that depends on the seed alone, and those that cannot, with the reason.</summary>
/// <param name="Rules">How they, and every later image of the product, are standardised.</param>
/// <param name="Pictures">At least <see cref="Fewest"/>.</param>
/// <param name="LeftOut">Reason by path relative to the folder.</param>
internal sealed record KnownGoodSet(Standardisation Rules, IReadOnlyList<GoodPicture> Pictures, IReadOnlyDictionary<string, string> LeftOut)
{
    /// <summary>More images than this are not read: beyond it they cost time and memory and teach little.</summary>
    public const int Most = 1000;

    /// <summary>Fewer images than this teach nothing that could be trusted.</summary>
    public const int Fewest = 10;

    private const int ColourChecks = 16;
    private const int AtOnce = 16;

    /// <param name="folder">Read recursively; hidden files and links are not followed.</param>
    /// <param name="limits">Images outside are left out.</param>
    /// <param name="light">What is evened out in the light of each image.</param>
    /// <param name="seed">Orders the images.</param>
    /// <param name="onRead">Called with the share that is read.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="TrainingRefusedException">No folder, or too few usable images in it.</exception>
    public static KnownGoodSet Read(
        string folder, ImageLimits limits, LightNormalisation light, int seed, Action<double>? onRead, CancellationToken cancel)
    {
        var leftOut = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var images = KnownGoodImage.Find(folder, limits, seed, leftOut).ToList();
        if (images.Count < Fewest)
        {
            throw TooFew(folder, images.Count, leftOut);
        }

        var isGrey = images.Where(image => image.Header.Channels == 3).Take(ColourChecks).All(image => image.TryRead(limits, out _) is null or { IsGrey: true });
        var rules = Standardisation.ChooseFor([.. images.Select(image => (image.Header.Width, image.Header.Height, isGrey))], light: light);
        var pictures = new List<GoodPicture>();
        foreach (var chunk in images.Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            var (read, reasons) = (new GoodPicture?[chunk.Length], new string?[chunk.Length]);
            Parallel.For(0, chunk.Length, i =>
            {
                read[i] = chunk[i].TryRead(limits, out reasons[i]) is { } frame
                    ? new GoodPicture(chunk[i], frame, rules, new Random(unchecked(seed * 397 + pictures.Count + i)))
                    : null;
            });
            pictures.AddRange(read.OfType<GoodPicture>());
            foreach (var (image, reason) in chunk.Zip(reasons).Where(pair => pair.Second is not null))
            {
                leftOut[image.Name] = reason!;
            }

            onRead?.Invoke((double)pictures.Count / images.Count);
        }

        return pictures.Count >= Fewest ? new KnownGoodSet(rules, pictures, leftOut) : throw TooFew(folder, pictures.Count, leftOut);
    }

    private static TrainingRefusedException TooFew(string folder, int usable, SortedDictionary<string, string> leftOut)
    {
        var first = leftOut.Count > 0 ? $" ({leftOut.Count} left out; {leftOut.First().Key}: {leftOut.First().Value})" : "";
        return new TrainingRefusedException(
            $"'{folder}' holds {usable} usable known-good images{first}. At least {Fewest} are needed to begin, 150 to promise a false-alarm rate of 1 %.");
    }
}
