using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Commands;

/// <summary>One image named on the command line.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Name">Its path below the folder that was named, or its file name; what is written for it goes by this name.</param>
internal sealed record ImagePath(string File, string Name)
{
    private static readonly EnumerationOptions _below = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden };

    /// <summary>Every file that is named, and every image in every folder that is named and in those below it.</summary>
    /// <exception cref="IOException">A path does not exist, or there is no image at all.</exception>
    public static IReadOnlyList<ImagePath> Find(IEnumerable<string> paths)
    {
        var found = paths.SelectMany(In).DistinctBy(image => image.File).ToList();
        return found.Count > 0 ? found : throw new IOException($"There is no image in {string.Join(", ", paths)}.");
    }

    private static IEnumerable<ImagePath> In(string path)
    {
        var full = Path.GetFullPath(path);
        if (System.IO.File.Exists(full))
        {
            return [new ImagePath(full, Path.GetFileName(full))];
        }

        return Directory.Exists(full)
            ? Directory.EnumerateFiles(full, "*", _below)
                .Where(file => ImageFile.IsImageName(Path.GetFileName(file)))
                .Order(StringComparer.Ordinal)
                .Select(file => new ImagePath(file, Path.GetRelativePath(full, file)))
            : throw new IOException($"There is no file or folder {path}.");
    }
}
