using System.Numerics;

namespace Sentinel.Core.Evaluation;

/// <summary>
/// Lowers a threshold through two sets of scores, one step per distinct value, so that equal scores are always taken together and no
/// figure depends on the order in which ties happen to lie.
/// </summary>
internal static class ThresholdSweep
{
    /// <param name="good">Scores of what is good, ascending.</param>
    /// <param name="defective">Scores of what is defective, ascending.</param>
    /// <returns>Per distinct score, highest first: how many defective and how many good ones reach it.</returns>
    public static IEnumerable<(long Caught, long FalseAlarms)> Steps<T>(T[] good, T[] defective)
        where T : IFloatingPointIeee754<T>
    {
        var (g, d) = (good.Length, defective.Length);
        while (g > 0 || d > 0)
        {
            var score = g == 0 ? defective[d - 1] : d == 0 ? good[g - 1] : T.Max(good[g - 1], defective[d - 1]);
            while (g > 0 && good[g - 1] >= score)
            {
                g--;
            }

            while (d > 0 && defective[d - 1] >= score)
            {
                d--;
            }

            yield return (defective.LongLength - d, good.LongLength - g);
        }
    }

    /// <summary>The scores in ascending order, as a new array.</summary>
    /// <exception cref="ArgumentException">No score at all, or one that is not a number.</exception>
    public static T[] Sorted<T>(ReadOnlySpan<T> scores, string what)
        where T : IFloatingPointIeee754<T>
    {
        if (scores.IsEmpty)
        {
            throw new ArgumentException($"There is no {what} sample; the figure compares good with defective ones and needs both.");
        }

        foreach (var score in scores)
        {
            if (T.IsNaN(score))
            {
                throw new ArgumentException($"A score of a {what} sample is not a number.");
            }
        }

        var sorted = scores.ToArray();
        Array.Sort(sorted);
        return sorted;
    }
}
