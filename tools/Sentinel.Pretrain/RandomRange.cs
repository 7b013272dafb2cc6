namespace Sentinel.Pretrain;

internal static class RandomRange
{
    /// <summary>Any value between these, each as probable.</summary>
    public static float Between(this Random random, double lowest, double highest) => (float)(lowest + (highest - lowest) * random.NextDouble());
}
