using System.ComponentModel.DataAnnotations;

namespace Sentinel.Worker.Upkeep;

/// <summary>How long a product's originals and their results are kept, by verdict. By default everything is kept for ever.</summary>
public sealed class RetentionOptions
{
    public RetentionLimits Normal { get; set; } = new();

    public RetentionLimits Suspect { get; set; } = new();

    public RetentionLimits Anomalous { get; set; } = new();

    /// <summary>Files whose content already had its verdict.</summary>
    public RetentionLimits Duplicate { get; set; } = new();

    /// <summary>Files that could not be read.</summary>
    public RetentionLimits Failed { get; set; } = new();
}

/// <summary>What is over any of these is removed, the oldest first and reviewed images after all others. 0 is no limit.</summary>
public sealed class RetentionLimits
{
    /// <summary>Time since the image was filed, for reviewed images too.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00")]
    public TimeSpan MaxAge { get; set; }

    /// <summary>Number of originals.</summary>
    [Range(0, long.MaxValue)]
    public long MaxCount { get; set; }

    /// <summary>Bytes of the originals; their results are not counted.</summary>
    [Range(0, long.MaxValue)]
    public long MaxBytes { get; set; }
}
