namespace Sentinel.Core.Imaging;

/// <summary>The file formats that are read and written.</summary>
public enum ImageFormat
{
    Jpeg,
    Png,
    Tiff,
    WebP,
    Bmp,
}

internal static class ImageFormats
{
    public static string Name(this ImageFormat format) => format is ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();

    /// <summary>The format that a file's first bytes announce, whatever its name says; null when it is none of these.</summary>
    public static ImageFormat? Announced(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageFormat.Tiff,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => ImageFormat.Bmp,
        _ => null,
    };
}
