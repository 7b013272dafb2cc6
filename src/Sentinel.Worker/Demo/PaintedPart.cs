using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Demo;

/// <summary>A drawn part and what is wrong with it.</summary>
/// <param name="Image">What the camera sees.</param>
/// <param name="Defect">The defect, or null for a good part.</param>
/// <param name="Mask">Per pixel, whether the defect changed it; nowhere for a good part.</param>
internal sealed record PaintedPart(Frame Image, PartDefect? Defect, bool[] Mask);
