namespace Sentinel.Core.Training;

/// <summary>
/// How much a difference between two models, or settings, would vary with other images of the same kind: the images are drawn again with replacement, both
/// keeping theirs together, so that what is hard for both cancels out (percentile interval, Efron and Tibshirani 1993).
/// </summary>
internal static class PairedBootstrap
{
    private const int Samples = 1000;
    private const double Tail = 0.025;

    /// <summary>The interval that holds 95 % of the differences.</summary>
    /// <param name="images">How many images there are.</param>
    /// <param name="difference">The difference on these images; some occur more than once, some not at all. What else is drawn again, is so by the generator.</param>
    public static (double Low, double High) Difference(int images, Func<int[], Random, double> difference)
    {
        var random = new Random(1);
        var drawn = new int[images];
        var differences = new double[Samples];
        for (var sample = 0; sample < Samples; sample++)
        {
            for (var i = 0; i < images; i++)
            {
                drawn[i] = random.Next(images);
            }

            differences[sample] = difference(drawn, random);
        }

        Array.Sort(differences);
        return (differences[(int)(Tail * Samples)], differences[(int)((1 - Tail) * Samples) - 1]);
    }
}
