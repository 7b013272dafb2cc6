namespace Sentinel.Pretrain;

/// <summary>
/// What changes over a training, as functions of the share of its time that is used, 0..1. Bound to time and not to steps: the training
/// ends when it must, on a quick machine or a busy one.
/// </summary>
internal static class Schedule
{
    private const double PeakRate = 0.3;
    private const double WarmUp = 0.04;
    private const double SmallPictures = 0.75;

    /// <summary>Linear to the peak, then one cosine to nothing.</summary>
    public static double LearningRate(double used)
    {
        var rising = Math.Min(1, used / WarmUp);
        var falling = Math.Clamp((used - WarmUp) / (1 - WarmUp), 0, 1);
        return PeakRate * Math.Max(0.01, rising) * 0.5 * (1 + Math.Cos(Math.PI * falling));
    }

    /// <summary>Side of the pictures shown: for three quarters of the time pieces of 48 pixels, nearly twice as many per second, then whole ones.</summary>
    public static int PictureSize(double used) => used < SmallPictures ? 48 : LabelledImages.Side;
}
