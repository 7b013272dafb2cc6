using System.Globalization;

namespace Sentinel.Core.Evaluation;

/// <summary>One figure over several seeds, in the figure's own unit.</summary>
/// <param name="Median">The middle value; the mean of the two in the middle when their number is even.</param>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
public sealed record Spread(double Median, double Mean, double Min, double Max)
{
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] ascending = [.. values.Order()];
        if (ascending.Length == 0)
        {
            throw new ArgumentException("A spread needs at least one value.", nameof(values));
        }

        var median = (ascending[(ascending.Length - 1) / 2] + ascending[ascending.Length / 2]) / 2;
        return new(median, ascending.Average(), ascending[0], ascending[^1]);
    }

    /// <summary><c>median (min to max)</c>; the median alone when all values read the same.</summary>
    /// <param name="format">Of each number, as .NET writes it: <c>0.000</c>, <c>0.0%</c>.</param>
    public string ToText(string format)
    {
        var (median, min, max) = (Text(Median), Text(Min), Text(Max));
        return min == max ? median : $"{median} ({min} to {max})";

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
