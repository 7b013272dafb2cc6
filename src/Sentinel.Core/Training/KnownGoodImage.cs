using System.Security.Cryptography;
using System.Text;
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

        var names = Directory.EnumerateFiles(folder, "*", _everywhere).Where(ImageFile.IsImageName).Select(path => System.IO.Path.GetRelativePath(folder, path));
        var twins = new Dictionary<string, string>();
        foreach (var name in names.OrderBy(name => Lot(seed, name), StringComparer.Ordinal))
        {
            var path = System.IO.Path.Combine(folder, name);
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

    /// <summary>
    /// An image's place among all depends on its own name alone: when others are added it keeps its task nearly always, so that what one version
    /// has not learnt from, the next has not either, and the two can be compared.
    /// </summary>
    private static string Lot(int seed, string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}")));

    private static KnownGoodImage? Open(string path, string name, ImageLimits limits, IDictionary<string, string> leftOut)
    {
        try
        {
            var header = ImageFile.ReadHeader(path, limits);
            return new KnownGoodImage(path, name, ContentHash.Of(path), header);
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
