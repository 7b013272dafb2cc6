namespace Sentinel.Core.Training;

/// <summary>
/// Who does what: most images teach, a few decide between settings, and calibration images are used for nothing but the thresholds, or the
/// thresholds would promise too much.
/// </summary>
internal sealed record Split<T>(IReadOnlyList<T> Training, IReadOnlyList<T> Selection, IReadOnlyList<T> Calibration)
{
    private const int MostToSelect = 60;

    /// <summary>Cuts a shuffled list. A third calibrates, of many images a quarter, but never fewer than the budget needs where there are half as many again.</summary>
    /// <param name="shuffled">At least 4 items in random order.</param>
    /// <param name="needed">Calibration images that the false-alarm budget needs to be promised.</param>
    public static Split<T> Of(IReadOnlyList<T> shuffled, int needed)
    {
        var count = shuffled.Count;
        var calibration = count >= needed * 3 / 2 ? Math.Max(needed, count / 4) : count / 3;
        var selection = Math.Clamp((count - calibration) / 6, 2, MostToSelect);
        return new Split<T>(
            [.. shuffled.Skip(selection).Take(count - selection - calibration)],
            [.. shuffled.Take(selection)],
            [.. shuffled.Skip(count - calibration)]);
    }
}
