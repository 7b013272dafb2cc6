using System.Runtime.ExceptionServices;
using SkiaSharp;

namespace Sentinel.Pretrain;

/// <summary>Small pictures in memory, each with the number of its class: planar 8-bit red, green, blue of <see cref="Side"/> x <see cref="Side"/> pixels.</summary>
internal sealed class LabelledImages(IReadOnlyList<string> classes, byte[] pixels, int[] labels)
{
    public const int Side = 64;

    /// <summary>Bytes of one picture.</summary>
    public const int Area = 3 * Side * Side;

    private static readonly string[] _extensions = [".jpeg", ".jpg", ".png", ".webp"];

    public IReadOnlyList<string> Classes => classes;

    public int Count => labels.Length;

    public int LabelOf(int image) => labels[image];

    public ReadOnlySpan<byte> PixelsOf(int image) => pixels.AsSpan(image * Area, Area);

    /// <summary>Decodes every picture below the folder, one subfolder per class; other sizes are brought to <see cref="Side"/>.</summary>
    /// <param name="folder">A folder of class folders.</param>
    /// <param name="classes">The classes in order, where they are given by the pictures trained on; else the subfolders by name.</param>
    /// <exception cref="InvalidDataException">No pictures, an unreadable one, or a class that was not trained on.</exception>
    public static LabelledImages Read(string folder, IReadOnlyList<string>? classes = null)
    {
        var folders = Directory.GetDirectories(folder).Order(StringComparer.Ordinal).ToList();
        classes ??= [.. folders.Select(f => Path.GetFileName(f))];
        var files = new List<(string Path, int Label)>();
        foreach (var subfolder in folders)
        {
            var label = classes.ToList().IndexOf(Path.GetFileName(subfolder));
            if (label < 0)
            {
                throw new InvalidDataException($"'{subfolder}' is a class that is not among those trained on.");
            }

            files.AddRange(Directory.EnumerateFiles(subfolder, "*", SearchOption.AllDirectories)
                .Where(f => _extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .Select(f => (f, label)));
        }

        if (files.Count == 0)
        {
            throw new InvalidDataException($"'{folder}' holds no pictures. They are expected in one subfolder per class.");
        }

        if ((long)files.Count * Area > Array.MaxLength)
        {
            throw new InvalidDataException($"'{folder}' holds {files.Count} pictures; at most {Array.MaxLength / Area} can be kept in memory.");
        }

        var pixels = new byte[files.Count * Area];
        try
        {
            Parallel.For(0, files.Count, i => Decode(files[i].Path, pixels.AsSpan(i * Area, Area)));
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }

        return new LabelledImages(classes, pixels, [.. files.Select(f => f.Label)]);
    }

    /// <summary>Every n-th picture apart from the others, for pictures that are trained on and pictures that are only looked at.</summary>
    public (LabelledImages Kept, LabelledImages HeldOut) HoldOut(int every)
    {
        var all = Enumerable.Range(0, Count).ToLookup(i => i % every == every - 1);
        return (Take([.. all[false]]), Take([.. all[true]]));
    }

    private LabelledImages Take(int[] images)
    {
        var taken = new byte[images.Length * Area];
        for (var i = 0; i < images.Length; i++)
        {
            PixelsOf(images[i]).CopyTo(taken.AsSpan(i * Area));
        }

        return new LabelledImages(classes, taken, [.. images.Select(LabelOf)]);
    }

    private static void Decode(string path, Span<byte> planes)
    {
        using var codec = SKCodec.Create(path) ?? throw new InvalidDataException($"'{path}' cannot be read as a picture.");
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var decoded = new SKBitmap(info);
        if (codec.GetPixels(info, decoded.GetPixels()) != SKCodecResult.Success)
        {
            throw new InvalidDataException($"'{path}' is damaged.");
        }

        using var sized = info is { Width: Side, Height: Side } ? decoded.Copy() : decoded.Resize(new SKSizeI(Side, Side), new SKSamplingOptions(SKCubicResampler.Mitchell));
        var source = sized.GetPixelSpan();
        for (var i = 0; i < Side * Side; i++)
        {
            planes[i] = source[4 * i];
            planes[Side * Side + i] = source[4 * i + 1];
            planes[2 * Side * Side + i] = source[4 * i + 2];
        }
    }
}
