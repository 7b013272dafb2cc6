namespace Sentinel.Core.Detection;

/// <summary>
/// How far each position of an image is from what normal images show there, row by row from the top. In an <see cref="Inspection"/> the
/// values are ratios: 1.0 is the model's threshold. The map covers the whole image; its own size is the model's grid, not the image's size.
/// </summary>
public sealed record AnomalyMap(int Width, int Height, float[] Values);
