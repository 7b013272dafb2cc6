namespace Sentinel.Core.Imaging;

/// <summary>
/// Image files in and out. A file that cannot be read as an image is an <see cref="UnreadableImageException"/>; a file system that cannot
/// give or take it is an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>: the bytes are read before anything is
/// decoded, so that the two are never confused. Calls may come from several threads at once.
/// </summary>
public static class ImageFile
{
    // Enough for nearly every header; cameras put thumbnails and profiles before it.
    private const int HeaderBytes = 256 << 10;

    // The longest of the formats' signatures; before that it cannot be said that a file is no image.
    private const int SignatureBytes = 12;

    private static readonly HashSet<string> _extensions =
        new([".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file of this name is taken for an image; what it holds is found out by reading it.</summary>
    public static bool IsImageName(string fileName) => _extensions.Contains(Path.GetExtension(fileName));

    /// <summary>
    /// Reads JPEG, PNG, TIFF, WebP or BMP to its last pixel: the first page, upright by its Exif orientation. Transparent parts lie over middle
    /// grey. Colour profiles are ignored, so that numbers stay the camera's; CMYK and Lab become sRGB. Floating point samples are taken
    /// as 0..1, 0..255 or 0..65535, the first of these that holds them all, and become 16 bits.
    /// </summary>
    /// <exception cref="UnreadableImageException">Empty, no image, cut off, damaged, outside the limits, which are checked first,
    /// or slower to decode than they allow.</exception>
    /// <exception cref="IOException">The file system cannot give the file; <see cref="FileNotFoundException"/> when it is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to read, or a folder.</exception>
    public static Frame Read(string path, ImageLimits limits) => Read(path, limits, PageChoice.First)[0];

    /// <summary>
    /// Reads the pages of a TIFF or the pictures of an animated WebP, each as <see cref="Read(string, ImageLimits)"/> does; one in every other
    /// file. All pages together must keep the limits of pixels and of decoding time.
    /// </summary>
    /// <inheritdoc cref="Read(string, ImageLimits)" path="/exception"/>
    public static IReadOnlyList<Frame> Read(string path, ImageLimits limits, PageChoice pages)
    {
        using var file = Open(path, limits);
        var bytes = ReadStart(file, file.Length);
        var format = FormatOf(bytes);
        var first = HeaderOf(format, bytes, isWhole: true)!;
        first.Check(limits);
        if (FileEnd.IsMissing(format, bytes))
        {
            throw CutOff(format);
        }

        var time = new DecodeTime(limits.DecodeTime);
        if (format is ImageFormat.Bmp)
        {
            return [BmpCodec.Decode(bytes, first, time)];
        }

        var headers = new List<ImageHeader> { first };
        for (var page = 1; pages is PageChoice.Each && page < first.Frames; page++)
        {
            headers.Add(VipsCodec.ReadHeader(format, bytes, page));
        }

        ImageHeader.CheckTogether(headers, limits);
        return [.. headers.Select((header, page) => VipsCodec.Decode(format, bytes, header, time, page))];
    }

    /// <summary>Reads size, channels and depth without decoding, and refuses what <see cref="Read(string, ImageLimits)"/> would refuse from the header.</summary>
    /// <inheritdoc cref="Read(string, ImageLimits)" path="/exception"/>
    public static ImageHeader ReadHeader(string path, ImageLimits limits)
    {
        using var file = Open(path, limits);
        var start = ReadStart(file, Math.Min(file.Length, HeaderBytes));
        var format = FormatOf(start);
        var header = HeaderOf(format, start, isWhole: start.Length == file.Length);
        if (header is null)
        {
            file.Position = 0;
            header = HeaderOf(format, ReadStart(file, file.Length), isWhole: true)!;
        }

        header.Check(limits);
        return header;
    }

    /// <summary>
    /// True for a file that is empty, too short to tell what it is, or ends before its last pixel, all of which may be because it is still
    /// being written. Nothing is decoded; what is wrong with a file in other ways is not looked for.
    /// </summary>
    /// <exception cref="IOException">The file system cannot give the file; <see cref="FileNotFoundException"/> when it is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to read, or a folder.</exception>
    public static bool IsCutOff(string path, ImageLimits limits)
    {
        try
        {
            using var file = Open(path, limits);
            var bytes = ReadStart(file, file.Length);
            return ImageFormats.Announced(bytes) is { } format ? FileEnd.IsMissing(format, bytes) : bytes.Length < SignatureBytes;
        }
        catch (UnreadableImageException fault)
        {
            return fault.Reason is UnreadableReason.Empty;
        }
    }

    /// <summary>Writes a PNG of the frame's bit depth under a temporary name in the same folder, then renames it over <paramref name="path"/>.</summary>
    public static void WritePng(string path, Frame frame)
    {
        var target = Path.GetFullPath(path);
        var unfinished = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            File.WriteAllBytes(unfinished, EncodePng(frame));
            File.Move(unfinished, target, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>The frame as a PNG file of its bit depth, compressed fast rather than small.</summary>
    public static byte[] EncodePng(Frame frame) => Encode(frame, ImageFormat.Png);

    /// <summary>The frame as a file of that format. PNG and TIFF keep 16 bits; JPEG, WebP and BMP have 8.</summary>
    /// <param name="frame">The image.</param>
    /// <param name="format">The format.</param>
    /// <param name="quality">1..100, for JPEG and WebP; 100 makes WebP lossless.</param>
    /// <exception cref="ArgumentException">Larger than the format allows: sides of 65,535 pixels in JPEG, 16,383 in WebP.</exception>
    public static byte[] Encode(Frame frame, ImageFormat format, int quality = 90) =>
        format is ImageFormat.Bmp ? BmpCodec.Encode(frame) : VipsCodec.Encode(frame, format, quality);

    private static FileStream Open(string path, ImageLimits limits)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            var most = Math.Min(limits.MaxBytes, Array.MaxLength);
            return file.Length switch
            {
                0 => throw new UnreadableImageException(UnreadableReason.Empty, "The file is empty (0 bytes)."),
                var length when length > most => throw new UnreadableImageException(
                    UnreadableReason.TooLarge,
                    $"The file has {ImageHeader.Millions(length)} bytes; the limit is {ImageHeader.Millions(most)}."),
                _ => file,
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static byte[] ReadStart(FileStream file, long length)
    {
        var bytes = new byte[length];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    private static ImageFormat FormatOf(ReadOnlySpan<byte> start) => ImageFormats.Announced(start) ?? throw new UnreadableImageException(
        UnreadableReason.NotAnImage,
        "The file is not an image that can be read: its first bytes are not those of a JPEG, PNG, TIFF, WebP or BMP file.");

    /// <summary>Null when these bytes do not hold the header and there are more.</summary>
    private static ImageHeader? HeaderOf(ImageFormat format, byte[] bytes, bool isWhole)
    {
        try
        {
            return format is ImageFormat.Bmp ? BmpCodec.ReadHeader(bytes) : VipsCodec.ReadHeader(format, bytes);
        }
        catch (UnreadableImageException fault) when (fault.Reason is UnreadableReason.Damaged && !isWhole)
        {
            return null;
        }
        catch (UnreadableImageException fault) when (fault.Reason is UnreadableReason.Damaged && FileEnd.IsMissing(format, bytes))
        {
            throw CutOff(format, fault);
        }
    }

    private static UnreadableImageException CutOff(ImageFormat format, Exception? inner = null) => new(
        UnreadableReason.Truncated,
        $"The {format.Name()} file ends before its last pixel: it was cut off on its way, or is still being written.",
        inner);
}
