using System.Runtime.ExceptionServices;
using Sentinel.Core.Imaging;

namespace Sentinel.Pretrain;

/// <summary>A picture in memory: planar 8-bit red, green, blue.</summary>
/// <param name="Label">Number of its class.</param>
internal sealed record LabelledPicture(int Width, int Height, byte[] Pixels, int Label)
{
    private const int LearntArea = 64 * 64;
    private const int MostShows = 3;

    public int ShorterSide => Math.Min(Width, Height);

    /// <summary>How often an epoch shows it: a larger picture has more to show.</summary>
    public int Shows => Math.Clamp(Width * Height / LearntArea, 1, MostShows);
}

/// <summary>Pictures with the numbers of their classes.</summary>
internal sealed class LabelledImages(IReadOnlyList<string> classes, IReadOnlyList<LabelledPicture> pictures)
{
    /// <summary>Larger pictures are kept with a shorter side of this.</summary>
    private const int LargestSide = 128;

    public IReadOnlyList<string> Classes => classes;

    public IReadOnlyList<LabelledPicture> Pictures => pictures;

    /// <summary>Decodes every picture below the folders, one subfolder per class; classes of one name are one.</summary>
    /// <param name="folders">Folders of class folders.</param>
    /// <param name="classes">The classes in order, where they are given by the pictures trained on; else the subfolders by name.</param>
    /// <exception cref="InvalidDataException">No pictures, an unreadable one, or a class that was not trained on.</exception>
    public static LabelledImages Read(IReadOnlyList<string> folders, IReadOnlyList<string>? classes = null)
    {
        var subfolders = folders.SelectMany(Directory.GetDirectories).OrderBy(f => Path.GetFileName(f), StringComparer.Ordinal).ToList();
        classes ??= [.. subfolders.Select(f => Path.GetFileName(f)).Distinct()];
        var files = new List<(string Path, int Label)>();
        foreach (var subfolder in subfolders)
        {
            var label = classes.ToList().IndexOf(Path.GetFileName(subfolder));
            if (label < 0)
            {
                throw new InvalidDataException($"'{subfolder}' is a class that is not among those trained on.");
            }

            files.AddRange(PictureFiles.Below(subfolder).Select(f => (f, label)));
        }

        if (files.Count == 0)
        {
            throw new InvalidDataException($"'{string.Join("', '", folders)}' holds no pictures. They are expected in one subfolder per class.");
        }

        var pictures = new LabelledPicture[files.Count];
        try
        {
            Parallel.For(0, files.Count, i => pictures[i] = Decode(files[i].Path, files[i].Label));
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }

        return new LabelledImages(classes, pictures);
    }

    /// <summary>Every n-th picture apart from the others, for pictures that are trained on and pictures that are only looked at.</summary>
    public (LabelledImages Kept, LabelledImages HeldOut) HoldOut(int every)
    {
        var all = pictures.Index().ToLookup(entry => entry.Index % every == every - 1, entry => entry.Item);
        return (new LabelledImages(classes, [.. all[false]]), new LabelledImages(classes, [.. all[true]]));
    }

    private static LabelledPicture Decode(string path, int label)
    {
        var frame = PictureFiles.Read(path);
        var scale = Math.Min(1, (double)LargestSide / Math.Min(frame.Width, frame.Height));
        var (width, height) = ((int)Math.Round(frame.Width * scale), (int)Math.Round(frame.Height * scale));
        var planes = Array.ConvertAll(Resampling.ToPlanar(frame, width, height, channels: 3), sample => EightBits.From((ushort)Math.Clamp(sample, 0, ushort.MaxValue)));
        return new LabelledPicture(width, height, planes, label);
    }
}
