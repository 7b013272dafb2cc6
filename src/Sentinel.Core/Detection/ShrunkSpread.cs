using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// How far values of a few images lie apart. Three peaks that happen to be alike say little: their standard deviation is drawn towards what is
/// usual of other products, as if some more images had shown that.
/// </summary>
internal static class ShrunkSpread
{
    private const double ImagesThatShowTheUsual = 8;

    /// <param name="values">[M]</param>
    /// <param name="usual">Standard deviation of such values over the products that it was measured on.</param>
    /// <returns>A scalar, above 0 where <paramref name="usual"/> is.</returns>
    public static Tensor Of(Tensor values, double usual)
    {
        using var scope = NewDisposeScope();
        var own = (values - values.mean()).square().sum();
        return ((own + ImagesThatShowTheUsual * usual * usual) / (ImagesThatShowTheUsual + values.numel() - 1)).sqrt().MoveToOuterDisposeScope();
    }
}
