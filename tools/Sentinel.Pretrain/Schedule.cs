namespace Sentinel.Pretrain;

/// <summary>
/// What changes over a training, as functions of the share of its time that is used, 0..1. Bound to time and not to steps: the training
/// ends when it must, on a quick machine or a busy one.
/// </summary>
internal static class Schedule
{
    /// <summary>Peak of a training that begins with random weights.</summary>
    public const double RateToLearn = 0.3;

    /// <summary>Peak of one that goes on from another's.</summary>
    public const double RateToGoOn = 0.1;

    /// <summary>Side of the largest pictures shown.</summary>
    public const int LargestPicture = 64;

    private const double WarmUp = 0.04;
    private const double SmallPictures = 0.7;

    /// <summary>Linear to the peak, then one cosine to nothing.</summary>
    /// <param name="used">Share of the time, 0..1.</param>
    /// <param name="peak">The highest rate.</param>
    public static double LearningRate(double used, double peak)
    {
        var rising = Math.Min(1, used / WarmUp);
        var falling = Math.Clamp((used - WarmUp) / (1 - WarmUp), 0, 1);
        return peak * Math.Max(0.01, rising) * 0.5 * (1 + Math.Cos(Math.PI * falling));
    }

    /// <summary>Side of the pictures shown: for most of the time 48 pixels, nearly twice as many per second.</summary>
    public static int PictureSize(double used) => used < SmallPictures ? 48 : LargestPicture;
}
