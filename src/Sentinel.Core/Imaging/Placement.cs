namespace Sentinel.Core.Imaging;

/// <summary>
/// Where a stored pixel lands in the upright image: at index <c>Origin + x * StepX + y * StepY</c>. Cameras store rows as the sensor read
/// them and note in Exif tag 274 how to turn the picture.
/// </summary>
internal readonly record struct Placement(int Width, int Height, long Origin, long StepX, long StepY)
{
    /// <param name="orientation">Exif orientation, 1..8; anything else is taken as 1, upright.</param>
    /// <param name="width">Width as stored, in pixels.</param>
    /// <param name="height">Height as stored, in pixels.</param>
    public static Placement Upright(int orientation, int width, int height)
    {
        var last = (long)width * height - 1;
        return orientation switch
        {
            2 => new(width, height, width - 1, -1, width),
            3 => new(width, height, last, -1, -width),
            4 => new(width, height, last - width + 1, 1, -width),
            5 => new(height, width, 0, height, 1),
            6 => new(height, width, height - 1, height, -1),
            7 => new(height, width, last, -height, -1),
            8 => new(height, width, last - height + 1, -height, 1),
            _ => new(width, height, 0, 1, width),
        };
    }
}
