namespace Sentinel.Core.Detection;

/// <summary>One peak of an image over the line with its surroundings down to half way to it, in pixels of the input image.</summary>
/// <param name="X">Left edge, from 0.</param>
/// <param name="Y">Top edge, from 0.</param>
/// <param name="Width">Width of the bounding box.</param>
/// <param name="Height">Height of the bounding box.</param>
/// <param name="AreaPercent">Area of the part itself (not of its box) as a percentage of the image, 0..100.</param>
/// <param name="PeakRatio">Highest value of the map inside, in thresholds.</param>
public sealed record Region(int X, int Y, int Width, int Height, double AreaPercent, double PeakRatio);
