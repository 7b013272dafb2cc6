using Sentinel.Core.Imaging;

namespace Sentinel.Pretrain;

/// <summary>Pictures in a folder. One that cannot be read ends the tool, with its name.</summary>
internal static class PictureFiles
{
    public static ImageLimits Limits { get; } = new();

    /// <summary>All of them below the folder, in the order of their names.</summary>
    public static string[] Below(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(ImageFile.IsImageName).Order(StringComparer.Ordinal)];

    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static Frame Read(string file)
    {
        try
        {
            return ImageFile.Read(file, Limits);
        }
        catch (UnreadableImageException fault)
        {
            throw new InvalidDataException($"'{file}' cannot be read. {fault.Message}", fault);
        }
    }
}
