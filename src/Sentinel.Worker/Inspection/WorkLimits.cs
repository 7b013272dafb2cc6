using System.ComponentModel.DataAnnotations;
using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Inspection;

/// <summary>What is refused from the header of a file, and how much of what is not may be in memory at a time.</summary>
public sealed class WorkLimits : ImageLimits
{
    /// <summary>
    /// Pixels of all images in work, about 12 bytes each with the pictures made of them; the next one is decoded when it has room, one that is
    /// larger than all of it when it is alone. The default is 32 million.
    /// </summary>
    [Range(1, 1_000_000_000)]
    public long MaxPixelsInWork { get; set; } = 32_000_000;
}
