using System.Security.Cryptography;
using System.Text;
using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Retraining;

/// <summary>What lies in a folder of known-good images, seen from outside: no file is opened.</summary>
/// <param name="Images">Number of image files, in all folders below.</param>
/// <param name="Fingerprint">Changes when an image is added, removed, renamed, or written again.</param>
internal sealed record KnownGood(int Images, string Fingerprint)
{
    /// <summary>The fewest images that a first training is started for.</summary>
    public const int Enough = 10;

    private static readonly EnumerationOptions _below = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden };

    public static KnownGood In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return new KnownGood(0, "");
        }

        var lines = new DirectoryInfo(folder).EnumerateFiles("*", _below)
            .Where(file => ImageFile.IsImageName(file.Name))
            .Select(file => $"{Path.GetRelativePath(folder, file.FullName)}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}\n")
            .Order(StringComparer.Ordinal)
            .ToList();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines)));
        return new KnownGood(lines.Count, Convert.ToHexStringLower(hash));
    }
}
