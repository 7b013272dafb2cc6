using System.ComponentModel.DataAnnotations;

namespace Sentinel.Core.Imaging;

/// <summary>What is refused from the header, before memory is taken for pixels, and how long decoding may take after that.</summary>
public class ImageLimits
{
    /// <summary>Largest file, in bytes. The default is 512 MiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; set; } = 512L << 20;

    /// <summary>Largest image, in pixels. The default is 100 million.</summary>
    [Range(1, 1_000_000_000)]
    public long MaxPixels { get; set; } = 100_000_000;

    /// <summary>Smallest side, in pixels. The default is 8.</summary>
    [Range(1, 4096)]
    public int MinSide { get; set; } = 8;

    /// <summary>Most pages of a TIFF, or pictures of an animated WebP, whether one or each is read. The default is 64.</summary>
    [Range(1, 1_000_000)]
    public int MaxFrames { get; set; } = 64;

    /// <summary>Longest time to decode one file. The default is 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan DecodeTime { get; set; } = TimeSpan.FromSeconds(20);
}
