using System.ComponentModel.DataAnnotations;

namespace Sentinel.Worker.Systemd;

public sealed class WatchdogOptions
{
    /// <summary>
    /// How long an image in work, the scan of the inbox or the scheduler may stand still before Sentinel counts as hung, over and above the
    /// time that each may take by its own settings. The default is 3 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>For tests of a supervisor: inspection hangs for as long as this file exists. The default is no file.</summary>
    public string? HangWhile { get; set; }

    /// <summary>The debug flag without which <see cref="HangWhile"/> is refused. The default is false.</summary>
    public bool AllowHang { get; set; }
}
