using System.Globalization;

namespace Sentinel.Core.Selftest;

/// <summary>A figure and what it must reach.</summary>
/// <param name="What">What is measured: <c>RMSE</c>, <c>PSNR</c>.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit, or nothing.</param>
/// <param name="Limit">What it must reach.</param>
/// <param name="HigherIsBetter">Whether the limit is the least (PSNR) or the most (RMSE) that passes.</param>
public sealed record Measure(string What, double Value, string Unit, double Limit, bool HigherIsBetter)
{
    /// <summary>Root mean squared error.</summary>
    public static Measure Rmse(ReadOnlySpan<float> predicted, ReadOnlySpan<float> expected, double limit)
    {
        var squares = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            squares += Math.Pow(predicted[i] - expected[i], 2);
        }

        return new Measure("RMSE", Math.Sqrt(squares / expected.Length), "", limit, HigherIsBetter: false);
    }

    /// <summary>What is no number reaches nothing.</summary>
    public bool IsReached => HigherIsBetter ? Value >= Limit : Value <= Limit;

    /// <summary><c>RMSE 0.031</c></summary>
    public string Figure => $"{What} {Text(Value)}";

    /// <summary><c>at most 0.050</c></summary>
    public string MustReach => $"at {(HigherIsBetter ? "least" : "most")} {Text(Limit)}";

    private string Text(double value) =>
        Unit.Length == 0 ? value.ToString("0.000", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{value.ToString(IsCount ? "0" : "0.0", CultureInfo.InvariantCulture)} {Unit}");

    /// <summary><c>0 of 25</c>: a number of things among others.</summary>
    private bool IsCount => Unit.StartsWith("of ", StringComparison.Ordinal);
}
