using System.Globalization;
using Sentinel.Core.Detection;
using Sentinel.Core.Drift;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Training;

/// <summary>The known-good images that can be used, in an order that depends on the seed alone, and those that cannot, with the reason.</summary>
/// <param name="Rules">How they, and every later image of the product, are standardised.</param>
/// <param name="Pictures">At least <see cref="Fewest"/>.</param>
/// <param name="LeftOut">Reason by path relative to the folder.</param>
/// <param name="Inputs">What their camera and light did.</param>
internal sealed record KnownGoodSet(
    Standardisation Rules, IReadOnlyList<GoodPicture> Pictures, IReadOnlyDictionary<string, string> LeftOut, InputBaseline Inputs)
{
    /// <summary>More images than this are not read: beyond it they cost time and memory and teach little.</summary>
    public const int Most = 1000;

    /// <summary>Fewer images than this teach nothing that could be trusted.</summary>
    public const int Fewest = 10;

    // 800 MB: of the largest, in colour, about 900 images.
    private const long MostSamples = 400_000_000;

    private const int ColourChecks = 16;
    private const int AtOnce = 16;

    /// <param name="plan">Its folder is read recursively; hidden files and links are not followed. Its seed orders the images.</param>
    /// <param name="onRead">Called with the share that is read.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="TrainingRefusedException">No folder, or too few usable images in it.</exception>
    public static KnownGoodSet Read(TrainingPlan plan, Action<double>? onRead, CancellationToken cancel)
    {
        var (folder, limits, seed) = (plan.GoodFolder, plan.Limits, plan.Seed);
        var leftOut = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var images = new List<KnownGoodImage>();
        foreach (var image in KnownGoodImage.Find(folder, limits, seed, leftOut))
        {
            cancel.ThrowIfCancellationRequested();
            images.Add(image);
            onRead?.Invoke(0);
        }

        if (images.Count < Fewest)
        {
            throw TooFew(plan, images.Count, leftOut);
        }

        var isGrey = images.Where(image => image.Header.Channels == 3).Take(ColourChecks).All(image => image.TryRead(limits, out _) is null or { IsGrey: true });
        var rules = Standardisation.ChooseFor([.. images.Select(image => (image.Header.Width, image.Header.Height, isGrey))], plan.Light, plan.Pixels);
        var kept = (int)Math.Min(images.Count, MostSamples / ((long)rules.Width * rules.Height * rules.Channels));
        foreach (var image in images.Skip(kept))
        {
            leftOut[image.Name] = $"{kept} images of {rules.Width} x {rules.Height} are enough; the seed chose which";
        }

        var pictures = new List<GoodPicture>();
        foreach (var chunk in images.Take(kept).Chunk(AtOnce))
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

            onRead?.Invoke((double)pictures.Count / kept);
        }

        return pictures.Count >= Fewest
            ? new KnownGoodSet(rules, pictures, leftOut, InputBaseline.Of([.. pictures.Select(picture => picture.Inputs)]))
            : throw TooFew(plan, pictures.Count, leftOut);
    }

    /// <summary>Without those that a check found, as long as enough remain.</summary>
    /// <param name="findings">Each picture to leave out, and why.</param>
    /// <param name="plan">For the message when too few remain.</param>
    /// <exception cref="TrainingRefusedException">Too few remain.</exception>
    public KnownGoodSet Without(IReadOnlyDictionary<GoodPicture, string> findings, TrainingPlan plan)
    {
        if (findings.Count == 0)
        {
            return this;
        }

        var leftOut = new SortedDictionary<string, string>(LeftOut.ToDictionary(), StringComparer.Ordinal);
        foreach (var (picture, reason) in findings)
        {
            leftOut[picture.Source.Name] = reason;
        }

        IReadOnlyList<GoodPicture> kept = [.. Pictures.Where(picture => !findings.ContainsKey(picture))];
        return kept.Count >= Fewest
            ? this with { Pictures = kept, LeftOut = leftOut, Inputs = InputBaseline.Of([.. kept.Select(picture => picture.Inputs)]) }
            : throw TooFew(plan, kept.Count, leftOut);
    }

    private static TrainingRefusedException TooFew(TrainingPlan plan, int usable, SortedDictionary<string, string> leftOut)
    {
        // Where there are half as many again as the thresholds need, the thresholds get what they need (Split).
        var promising = Calibration.ImagesNeededFor(plan.FalseAlarmBudget) * 3 / 2;
        var first = leftOut.Count > 0 ? $" ({leftOut.Count} left out; {leftOut.First().Key}: {leftOut.First().Value})" : "";
        return new TrainingRefusedException(
            string.Create(
            CultureInfo.InvariantCulture,
            $"'{plan.GoodFolder}' holds {usable} usable known-good images{first}. At least {Fewest} are needed to begin, {Math.Max(Fewest, promising)} to promise a false-alarm rate of {100 * plan.FalseAlarmBudget:0.##} %."));
    }
}
