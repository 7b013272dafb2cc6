using System.Runtime.InteropServices;
using NetVips;

namespace Sentinel.Core.Imaging;

/// <summary>Reads and writes everything but BMP through libvips. Nothing outside this file knows of NetVips.</summary>
internal static class VipsCodec
{
    // Below 85,000 bytes an array is cheap to let go; larger ones would pile up until the next full collection.
    private const int StripBytes = 64 << 10;

    [ThreadStatic]
    private static bool _warned;

    static VipsCodec()
    {
        // No operation is remembered: memory would grow with every file, and equal bytes must be decoded anew to be known as sound.
        Cache.Max = 0;
        Cache.MaxMem = 0;
        Cache.MaxFiles = 0;
        NetVips.NetVips.Concurrency = 1;
        NetVips.NetVips.BlockUntrusted = true;
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, (_, _, _) => _warned = true);
    }

    public static ImageHeader ReadHeader(ImageFormat format, byte[] bytes, int page = 0) => Decoding(format, () =>
    {
        using var source = Source.NewFromMemory(bytes);
        using var stored = Load(format, source, page);
        using var image = ToReadable(format, stored);
        var upright = Upright(stored);
        return new ImageHeader(
            upright.Width, upright.Height, image.Bands <= 2 ? 1 : 3, image.Format is Enums.BandFormat.Uchar ? 8 : 16, format)
        {
            Frames = stored.Contains("n-pages") ? (int)stored.Get("n-pages") : 1,
        };
    });

    /// <summary>Decodes in strips and puts each pixel in its upright place, so that a large image is in memory once, as the frame.</summary>
    /// <exception cref="UnreadableImageException">Damaged, or not decoded within <paramref name="time"/>.</exception>
    public static Frame Decode(ImageFormat format, byte[] bytes, ImageHeader header, DecodeTime time, int page = 0)
    {
        try
        {
            return DecodePage(format, bytes, header, time, page);
        }
        catch (UnreadableImageException fault) when (time.IsUp && fault.Reason is not UnreadableReason.TooSlow)
        {
            // The decoder complains of the end of the file that it was shown because its time was up.
            throw time.TooSlow(fault);
        }
    }

    private static Frame DecodePage(ImageFormat format, byte[] bytes, ImageHeader header, DecodeTime time, int page) => Decoding(format, () =>
    {
        var scale = 1f;
        if (header.BitDepth == 16 && LargestOfFloats(format, bytes, time, page) is { } largest)
        {
            scale = Scale(largest);
        }

        using var content = time.Limit(bytes);
        using var source = new SourceCustom();
        source.OnRead += (buffer, length) => content.Read(buffer, 0, length);
        source.OnSeek += content.Seek;
        using var stored = Load(format, source, page);
        using var image = ToReadable(format, stored);
        var frame = new FrameBuilder(Upright(stored), image.Bands, header.BitDepth);
        foreach (var (top, strip) in Strips(image, time))
        {
            switch (image.Format)
            {
                case Enums.BandFormat.Uchar:
                    frame.Put(top, strip);
                    break;
                case Enums.BandFormat.Ushort:
                    frame.Put(top, MemoryMarshal.Cast<byte, ushort>(strip));
                    break;
                default:
                    frame.Put(top, MemoryMarshal.Cast<byte, float>(strip), scale);
                    break;
            }
        }

        return frame.Build();
    });

    /// <summary>The frame as a file; samples become 8 bits except for 16-bit frames in PNG and TIFF.</summary>
    public static byte[] Encode(Frame frame, ImageFormat format, int quality)
    {
        var isDeep = frame.BitDepth == 16 && format is ImageFormat.Png or ImageFormat.Tiff;
        using var samples = isDeep
            ? Image.NewFromMemory(frame.Samples, frame.Width, frame.Height, frame.Channels, Enums.BandFormat.Ushort)
            : Image.NewFromMemory(EightBits.From(frame.Samples), frame.Width, frame.Height, frame.Channels, Enums.BandFormat.Uchar);
        using var image = samples.Copy(interpretation: (isDeep, frame.Channels) switch
        {
            (true, 1) => Enums.Interpretation.Grey16,
            (true, _) => Enums.Interpretation.Rgb16,
            (_, 1) => Enums.Interpretation.Bw,
            _ => Enums.Interpretation.Srgb,
        });
        try
        {
            return format switch
            {
                ImageFormat.Jpeg => image.JpegsaveBuffer(q: quality, keep: Enums.ForeignKeep.None),
                ImageFormat.Png => image.PngsaveBuffer(compression: 1, filter: Enums.ForeignPngFilter.Up, keep: Enums.ForeignKeep.None),
                ImageFormat.Tiff => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.None, keep: Enums.ForeignKeep.None),
                ImageFormat.WebP => image.WebpsaveBuffer(q: quality, lossless: quality == 100, keep: Enums.ForeignKeep.None),
                _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not written by libvips."),
            };
        }
        catch (VipsException fault)
        {
            throw new ArgumentException(
                $"An image of {frame.Width} x {frame.Height} pixels cannot be written as {format.Name()}.", nameof(frame), fault);
        }
    }

    private static T Decoding<T>(ImageFormat format, Func<T> decode)
    {
        _warned = false;
        try
        {
            var result = decode();

            // Making the exception reads libvips' message buffer and empties it. libjpeg paints over broken data and only warns; stray bytes
            // between two segments, which some cameras leave, break nothing.
            return _warned && new VipsException("libvips warned.") is var warning && TellsOfBrokenData(warning.Message)
                ? throw Damaged(format, warning)
                : result;
        }
        catch (VipsException fault)
        {
            throw Damaged(format, fault);
        }
    }

    private static bool TellsOfBrokenData(string message) =>
        message.Contains("Corrupt JPEG data", StringComparison.Ordinal) && !message.Contains("extraneous bytes", StringComparison.Ordinal);

    private static UnreadableImageException Damaged(ImageFormat format, Exception inner) =>
        new(UnreadableReason.Damaged, $"The {format.Name()} file is damaged: its content cannot be decoded.", inner);

    private static Image Load(ImageFormat format, Source source, int page)
    {
        const Enums.Access access = Enums.Access.Sequential;
        const Enums.FailOn failOn = Enums.FailOn.Error;
        return format switch
        {
            ImageFormat.Jpeg => Image.JpegloadSource(source, access: access, failOn: failOn),
            ImageFormat.Png => Image.PngloadSource(source, access: access, failOn: failOn),
            ImageFormat.Tiff => Image.TiffloadSource(source, page: page, access: access, failOn: failOn),
            ImageFormat.WebP => Image.WebploadSource(source, page: page, access: access, failOn: failOn),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not read by libvips."),
        };
    }

    private static Placement Upright(Image stored) =>
        Placement.Upright(stored.Contains("orientation") ? (int)stored.Get("orientation") : 1, stored.Width, stored.Height);

    /// <summary>Grey or RGB, with or without transparency, in 8 bits, 16 bits or float. Nothing is computed before pixels are asked for.</summary>
    private static Image ToReadable(ImageFormat format, Image stored)
    {
        var isPlain = stored.Interpretation is Enums.Interpretation.Bw or Enums.Interpretation.Grey16 or Enums.Interpretation.Srgb
            or Enums.Interpretation.Rgb or Enums.Interpretation.Rgb16 or Enums.Interpretation.Scrgb or Enums.Interpretation.Multiband;
        var image = (isPlain, stored.Format) switch
        {
            (false, _) => stored.Colourspace(Enums.Interpretation.Srgb),
            (_, Enums.BandFormat.Double) => stored.Cast(Enums.BandFormat.Float),
            _ => stored.Copy(),
        };
        if (image.Bands <= 4 && image.Format is Enums.BandFormat.Uchar or Enums.BandFormat.Ushort or Enums.BandFormat.Float)
        {
            return image;
        }

        using (image)
        {
            throw new UnreadableImageException(
                UnreadableReason.Unsupported,
                $"The {format.Name()} file has {image.Bands} channels of kind '{image.Format}'; "
                + "read are grey and colour in 8 bits, 16 bits or floating point.");
        }
    }

    private static IEnumerable<(int Top, byte[] Samples)> Strips(Image image, DecodeTime time)
    {
        using var region = Region.New(image);
        var sampleBytes = image.Format switch { Enums.BandFormat.Uchar => 1, Enums.BandFormat.Ushort => 2, _ => 4 };
        var rows = Math.Max(1, StripBytes / (image.Width * image.Bands * sampleBytes));
        for (var top = 0; top < image.Height; top += rows)
        {
            time.ThrowIfUp();
            yield return (top, region.Fetch(0, top, image.Width, Math.Min(rows, image.Height - top)));
        }

        // A decoder that was shown the end of the file too early may have painted over what was missing.
        time.ThrowIfUp();
    }

    /// <summary>Null when the samples are whole numbers.</summary>
    private static float? LargestOfFloats(ImageFormat format, byte[] bytes, DecodeTime time, int page)
    {
        using var source = Source.NewFromMemory(bytes);
        using var stored = Load(format, source, page);
        using var image = ToReadable(format, stored);
        if (image.Format is not Enums.BandFormat.Float)
        {
            return null;
        }

        var largest = 0f;
        foreach (var (_, strip) in Strips(image, time))
        {
            foreach (var sample in MemoryMarshal.Cast<byte, float>(strip))
            {
                // Not Math.Max, which lets one NaN win.
                largest = sample > largest ? sample : largest;
            }
        }

        return largest;
    }

    private static float Scale(float largest) => largest switch
    {
        <= 1 => 65535,
        <= 255 => 257,
        <= 65535 => 1,
        _ => throw new UnreadableImageException(
            UnreadableReason.Unsupported,
            $"The image has floating point samples up to {largest:G4}; read are those of 0..1, 0..255 or 0..65535."),
    };
}
