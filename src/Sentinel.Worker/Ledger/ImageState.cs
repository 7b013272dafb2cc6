namespace Sentinel.Worker.Ledger;

/// <summary>How far an image has come. Each step is one transaction.</summary>
internal enum ImageState
{
    /// <summary>It was claimed once and put back, because it was still on its way; it lies in the inbox.</summary>
    Seen,

    /// <summary>It is ours: about to be moved to the work folder, or there.</summary>
    Claimed,

    /// <summary>
    /// Its verdict, or that it is a duplicate, stands; result files and the original may still have to be put in their places.
    /// </summary>
    Inspected,

    /// <summary>Everything is in its place.</summary>
    Filed,

    /// <summary>It was set aside with a reason.</summary>
    Failed,
}
