using System.Diagnostics;
using Sentinel.Compare;

// Calls the benchmarks of two builds in turn, in one process: on a shared machine only such pairs tell a difference of a few percent.
// Arguments: folder of the build before, folder of the build after, rounds.
Build[] builds = [new(args[0]), new(args[1])];
var rounds = int.Parse(args[2]);
foreach (var build in builds)
{
    build.Call("Train");
}

Console.WriteLine("| | before, ms | after, ms | median of ratios | quartiles |");
Console.WriteLine("| --- | --- | --- | --- | --- |");
foreach (var benchmark in new[] { "Inspect", "Encode", "Denoise", "Step" })
{
    var times = Enumerable.Range(0, rounds).Select(round => round % 2 == 0 ? (Before: Time(0), After: Time(1)) : Swapped(Time(1), Time(0))).ToList();
    var ratios = times.Select(pair => pair.After / pair.Before).Order().ToList();
    var (before, after) = (Median(times.Select(pair => pair.Before)), Median(times.Select(pair => pair.After)));
    Console.WriteLine(FormattableString.Invariant(
        $"| {benchmark} | {before:0.0} | {after:0.0} | {Median(ratios):0.000} | {ratios[rounds / 4]:0.000} to {ratios[rounds * 3 / 4]:0.000} |"));

    double Time(int build)
    {
        var clock = Stopwatch.StartNew();
        builds[build].Call(benchmark);
        return clock.Elapsed.TotalMilliseconds;
    }
}

// Both builds have a thread that waits for work.
Environment.Exit(0);

static (double Before, double After) Swapped(double after, double before) => (before, after);

static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
