using Sentinel.Core;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Retraining;
using SkiaSharp;

namespace Sentinel.Worker.Demo;

/// <summary>
/// A folder of the user's own good images. A tenth of them, evenly spread, is held out: these are inspected as they are, with defects drawn
/// onto them, and with noise; the rest is learned.
/// </summary>
internal sealed class PhotographedParts : IDemoProduct
{
    private const int MostHeldOut = 16;

    // One is held out, and the rest must be enough for a first training.
    private const int Fewest = KnownGood.Enough + 1;

    private readonly int _seed;
    private readonly ImageLimits _limits;
    private readonly IReadOnlyList<string> _heldOut;
    private readonly IReadOnlyList<string> _known;

    /// <exception cref="DirectoryNotFoundException">The folder is missing or holds too few images.</exception>
    public PhotographedParts(string folder, int seed, ImageLimits limits)
    {
        var files = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(ImageFile.IsImageName).Order(StringComparer.Ordinal).ToList()
            : throw new DirectoryNotFoundException($"There is no folder '{folder}'; --from takes a folder of images of good parts.");
        if (files.Count < Fewest)
        {
            throw new DirectoryNotFoundException($"There are {files.Count} images in '{folder}'; the demo needs at least {Fewest} of good parts.");
        }

        (_seed, _limits) = (seed, limits);
        var step = Math.Max(10, files.Count / MostHeldOut);
        _heldOut = [.. files.Where((_, i) => i % step == step - 1)];
        _known = [.. files.Where((_, i) => i % step != step - 1)];
        Name = NameOf(folder);
    }

    public string Name { get; }

    public int WriteKnownGood(string folder)
    {
        foreach (var (i, file) in _known.Index())
        {
            File.Copy(file, Path.Combine(folder, $"{i + 1:D5}-{Path.GetFileName(file)}"));
        }

        return _known.Count;
    }

    public IEnumerable<DemoImage> TestImages()
    {
        foreach (var (i, file) in _heldOut.Index())
        {
            var (image, stem, kind) = (ImageFile.Read(file, _limits), $"{i + 1:D2}.png", SurfaceDefects.Kinds[i % SurfaceDefects.Kinds.Length]);
            yield return new($"good-{stem}", "good", DemoKind.Good, image);
            yield return new($"{kind.InWords()}-{stem}", $"{kind.InWords()}, drawn", DemoKind.Defective, WithDefect(image, kind, _seed + i));
            if (i == 0)
            {
                yield return new($"noisy-{stem}", "good, noisy", DemoKind.Spoiled, SensorNoise.On(image, SensorNoise.UsualSigma, _seed));
                yield return new($"boxes-{stem}", "good, boxes drawn over", DemoKind.Spoiled, Boxes.On(image, _seed));
            }
        }
    }

    /// <summary>A copy in 8 bits, grey if the image is, with a defect whose size follows the image's shorter side.</summary>
    internal static Frame WithDefect(Frame image, PartDefect kind, int seed)
    {
        using var bitmap = SkiaFrames.ToBitmap(image);
        using var canvas = new SKCanvas(bitmap);
        var area = new SKRect(0, 0, image.Width, image.Height);
        SurfaceDefects.Draw(canvas, kind, area, Math.Min(image.Width, image.Height) / (float)PlateDesign.Height, new Random(seed));
        return image.Channels == 1 ? SkiaFrames.ToGreyFrame(bitmap) : SkiaFrames.ToFrame(bitmap);
    }

    /// <summary>The folder's name as a product name; <c>good</c> says nothing, so there the folder above it.</summary>
    private static string NameOf(string folder)
    {
        var full = new DirectoryInfo(Path.GetFullPath(folder));
        var parts = full.FullName.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var name = parts.LastOrDefault(part => part is not ("good" or "train")) ?? "";
        return ProductName.IsValid(name) ? name : "mine";
    }
}
