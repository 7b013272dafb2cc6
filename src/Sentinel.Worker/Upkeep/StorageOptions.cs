using System.ComponentModel.DataAnnotations;

namespace Sentinel.Worker.Upkeep;

/// <summary>Section <c>Sentinel:Storage</c>: how full the disk may become.</summary>
public sealed class StorageOptions
{
    /// <summary>With less free space than this, in bytes, nothing more is taken from the inbox. 0 turns that off. The default is 1 GiB.</summary>
    [Range(0, 1L << 60)]
    public long FreeSpaceFloor { get; set; } = 1L << 30;

    /// <summary>
    /// Bytes that the originals of all products in archive and failed may take together; above it the oldest go, normal ones first, flagged
    /// ones after them, reviewed ones last. Result files go with their originals but are not counted. 0, the default, is no limit.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long MaxBytes { get; set; }

    /// <summary>When to remove what is over its limits: a Quartz cron expression (seconds first). The default is half past every hour.</summary>
    [Required]
    public string RetentionSchedule { get; set; } = "0 30 * * * ?";
}
