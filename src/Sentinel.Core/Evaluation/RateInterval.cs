namespace Sentinel.Core.Evaluation;

/// <summary>A rate counted on n samples, and the interval that holds the true rate with 95 % confidence.</summary>
/// <param name="Rate">Share counted, 0..1.</param>
/// <param name="Low">Lower end, 0..Rate.</param>
/// <param name="High">Upper end, Rate..1.</param>
public sealed record RateInterval(double Rate, double Low, double High)
{
    private const double Tail = 0.025;

    /// <summary>
    /// The exact interval of Clopper and Pearson (1934): the rates at which seeing this count or a more extreme one would have a probability
    /// of 2.5 % on either side. Never too narrow, also for 0 of n.
    /// </summary>
    /// <exception cref="ArgumentException">No sample, or more hits than samples.</exception>
    public static RateInterval ClopperPearson(int hits, int samples)
    {
        if (samples <= 0 || hits < 0 || hits > samples)
        {
            throw new ArgumentException($"{hits} of {samples} is not a rate.");
        }

        var low = hits == 0 ? 0 : Solve(rate => 1 - AtMost(hits - 1, samples, rate) < Tail);
        var high = hits == samples ? 1 : Solve(rate => AtMost(hits, samples, rate) > Tail);
        return new((double)hits / samples, low, high);
    }

    /// <summary>The rate at which <paramref name="below"/> turns false, by bisection.</summary>
    private static double Solve(Func<double, bool> below)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = below(middle) ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>Probability of at most <paramref name="hits"/> hits, the binomial distribution summed in logarithms.</summary>
    private static double AtMost(int hits, int samples, double rate)
    {
        var term = samples * Math.Log(1 - rate);
        var odds = Math.Log(rate) - Math.Log(1 - rate);
        var sum = Math.Exp(term);
        for (var i = 1; i <= hits; i++)
        {
            term += Math.Log((samples - i + 1.0) / i) + odds;
            sum += Math.Exp(term);
        }

        return sum;
    }
}
