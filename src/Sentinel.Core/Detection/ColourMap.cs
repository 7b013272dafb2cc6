namespace Sentinel.Core.Detection;

/// <summary>
/// "Inferno" by Smith and van der Walt (matplotlib, CC0): black over violet, red and orange to pale yellow, evenly brighter to the eye and
/// told apart by the colour-blind.
/// </summary>
internal static class ColourMap
{
    private static readonly (byte Red, byte Green, byte Blue)[] _inferno =
    [
        (0, 0, 4), (33, 12, 74), (87, 16, 110), (138, 34, 106), (188, 55, 84), (228, 90, 49), (249, 142, 9), (249, 203, 53), (252, 255, 164),
    ];

    /// <summary>The colour of a value of 0..1, each part 0..255.</summary>
    public static (float Red, float Green, float Blue) Inferno(float value)
    {
        var place = Math.Clamp(value, 0, 1) * (_inferno.Length - 1);
        var below = Math.Min((int)place, _inferno.Length - 2);
        var (low, high, share) = (_inferno[below], _inferno[below + 1], place - below);
        return (Between(low.Red, high.Red), Between(low.Green, high.Green), Between(low.Blue, high.Blue));

        float Between(byte from, byte to) => from + (to - from) * share;
    }
}
