namespace Sentinel.Core.Imaging;

/// <summary>Which pictures of a file that holds several (multi-page TIFF, animated WebP) are looked at.</summary>
public enum PageChoice
{
    /// <summary>The first one.</summary>
    First,

    /// <summary>Each of them.</summary>
    Each,
}
