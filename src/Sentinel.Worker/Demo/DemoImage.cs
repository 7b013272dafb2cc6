using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Demo;

/// <summary>One image that the demo drops into the inbox.</summary>
/// <param name="FileName">Its name there.</param>
/// <param name="What">What it shows, for people: <c>good</c>, <c>scratch</c>, <c>good, noisy</c>, ...</param>
/// <param name="Kind">What is expected of the verdict.</param>
/// <param name="Image">The image.</param>
internal sealed record DemoImage(string FileName, string What, DemoKind Kind, Frame Image);

internal enum DemoKind
{
    /// <summary>Should pass.</summary>
    Good,

    /// <summary>Should be caught.</summary>
    Defective,

    /// <summary>A good part badly photographed or drawn over: here for its denoised copy, not counted in the verdicts.</summary>
    Spoiled,
}
