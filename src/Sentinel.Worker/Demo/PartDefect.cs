namespace Sentinel.Worker.Demo;

/// <summary>What can be wrong with a part of the demo.</summary>
internal enum PartDefect
{
    Scratch,
    Stain,
    Fibre,
    Dent,

    /// <summary>One drill hole was not drilled; drawn plates only.</summary>
    MissingHole,

    /// <summary>One or two signs of the mark are not printed; drawn plates only.</summary>
    Misprint,
}

internal static class PartDefects
{
    public static string InWords(this PartDefect defect) => defect is PartDefect.MissingHole ? "missing hole" : defect.ToString().ToLowerInvariant();
}
