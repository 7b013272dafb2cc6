using System.Security.Cryptography;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Training;

/// <summary>A file among the known-good images whose header can be read.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">Path relative to the folder of known-good images.</param>
/// <param name="Hash">SHA-256 of its bytes.</param>
/// <param name="Header">Size, channels and depth.</param>
internal sealed record KnownGoodImage(string Path, string Name, string Hash, ImageHeader Header)
{
    private static readonly EnumerationOptions _everywhere = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint,
    };

    /// <summary>Images below the folder in the order of the seed, each content once; the others are entered into <paramref name="leftOut"/>.</summary>
    public static IEnumerable<KnownGoodImage> Find(string folder, ImageLimits limits, int seed, IDictionary<string, string> leftOut)
    {
        if (!Directory.Exists(folder))
        {
            throw new TrainingRefusedException($"There is no folder '{folder}'. Put at least {KnownGoodSet.Fewest} known-good images there.");
        }

        var paths = Directory.EnumerateFiles(folder, "*", _everywhere).Where(ImageFile.IsImageName).Order(StringComparer.Ordinal).ToArray();
        new Random(seed).Shuffle(paths);
        var twins = new Dictionary<string, string>();
        foreach (var path in paths)
        {
            var name = System.IO.Path.GetRelativePath(folder, path);
            if (twins.Count == KnownGoodSet.Most)
            {
                leftOut[name] = $"{KnownGoodSet.Most} images are enough; the seed chose which";
            }
            else if (Open(path, name, limits, leftOut) is { } image && !IsTwin(image, twins, leftOut))
            {
                yield return image;
            }
        }
    }

    /// <summary>The decoded image, or null and the reason why it cannot be had.</summary>
    public Frame? TryRead(ImageLimits limits, out string? reason)
    {
        try
        {
            reason = null;
            return ImageFile.Read(Path, limits);
        }
        catch (UnreadableImageException fault)
        {
            reason = fault.Message;
            return null;
        }
    }

    private static KnownGoodImage? Open(string path, string name, ImageLimits limits, IDictionary<string, string> leftOut)
    {
        try
        {
            var header = ImageFile.ReadHeader(path, limits);
            using var file = File.OpenRead(path);
            return new KnownGoodImage(path, name, Convert.ToHexStringLower(SHA256.HashData(file)), header);
        }
        catch (UnreadableImageException fault)
        {
            leftOut[name] = fault.Message;
            return null;
        }
    }

    private static bool IsTwin(KnownGoodImage image, Dictionary<string, string> twins, IDictionary<string, string> leftOut)
    {
        if (twins.TryAdd(image.Hash, image.Name))
        {
            return false;
        }

        leftOut[image.Name] = $"the same bytes as {twins[image.Hash]}";
        return true;
    }
}
