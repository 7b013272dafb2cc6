namespace Sentinel.Core.Imaging;

/// <summary>One decoded image, upright: rows from the top, interleaved samples over the whole range 0..65535 whatever the file's depth.</summary>
public sealed class Frame
{
    public Frame(int width, int height, int channels, ushort[] samples, int bitDepth = 8)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "An image has 1 channel (grey) or 3 (red, green, blue).");
        }

        if (samples.LongLength != (long)width * height * channels)
        {
            throw new ArgumentException($"{width} x {height} x {channels} samples expected, {samples.LongLength} given.", nameof(samples));
        }

        if (bitDepth is not (8 or 16))
        {
            throw new ArgumentOutOfRangeException(nameof(bitDepth), bitDepth, "A file has 8 or 16 bits per sample.");
        }

        (Width, Height, Channels, Samples, BitDepth) = (width, height, channels, samples, bitDepth);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>1 for grey, 3 for red, green, blue.</summary>
    public int Channels { get; }

    /// <summary>Sample of channel c at (x, y): <c>Samples[(y * Width + x) * Channels + c]</c>, 0 black to 65535 white.</summary>
    public ushort[] Samples { get; }

    /// <summary>Bits per sample in the file it came from, 8 or 16; what is written beside it takes the same.</summary>
    public int BitDepth { get; }

    /// <summary>Whether every pixel is grey, by its channel count or by its colours. Colour frames are searched pixel by pixel.</summary>
    public bool IsGrey
    {
        get
        {
            for (var i = 0L; Channels == 3 && i < Samples.LongLength; i += 3)
            {
                if (Samples[i] != Samples[i + 1] || Samples[i] != Samples[i + 2])
                {
                    return false;
                }
            }

            return true;
        }
    }
}
