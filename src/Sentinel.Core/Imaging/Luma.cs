namespace Sentinel.Core.Imaging;

/// <summary>Grey from colour by Rec. ITU-R BT.601, as JPEG and most camera software do: 0.299 red + 0.587 green + 0.114 blue.</summary>
internal static class Luma
{
    public const float Red = 0.299f;
    public const float Green = 0.587f;
    public const float Blue = 0.114f;

    /// <summary>Luma of pixel <paramref name="pixel"/>, 0..65535, counted in rows from the top left.</summary>
    public static float Of(Frame frame, long pixel)
    {
        var samples = frame.Samples;
        return frame.Channels == 1
            ? samples[pixel]
            : Red * samples[pixel * 3] + Green * samples[pixel * 3 + 1] + Blue * samples[pixel * 3 + 2];
    }
}
