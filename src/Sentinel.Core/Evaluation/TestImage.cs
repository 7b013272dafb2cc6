using Sentinel.Core.Imaging;

namespace Sentinel.Core.Evaluation;

/// <summary>Files of a test set, whose faults name them: there is nobody else to ask which one it was.</summary>
internal static class TestImage
{
    /// <exception cref="UnreadableImageException">As <see cref="ImageFile.Read(string, ImageLimits)"/>, with the file's name.</exception>
    public static Frame Read(string file, ImageLimits limits) => Named(file, () => ImageFile.Read(file, limits));

    /// <inheritdoc cref="Read"/>
    public static ImageHeader ReadHeader(string file, ImageLimits limits) => Named(file, () => ImageFile.ReadHeader(file, limits));

    private static T Named<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (UnreadableImageException fault)
        {
            throw new UnreadableImageException(fault.Reason, $"'{file}': {fault.Message}", fault);
        }
    }
}
