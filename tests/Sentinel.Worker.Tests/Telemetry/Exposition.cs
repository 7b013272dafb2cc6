using System.Text.RegularExpressions;

namespace Sentinel.Worker.Tests.Telemetry;

/// <summary>What <c>/metrics</c> answered, family by family.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);

    public Exposition(string text)
    {
        Lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in Lines)
        {
            Read(line);
        }
    }

    public string[] Lines { get; }

    public IEnumerable<Family> Families => _families.Values;

    /// <summary>Every name that a query may use, with the labels it has: for a histogram also those of its buckets, sum and count.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Series { get; } = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);

    public double Value(string series) =>
        double.Parse(Lines.Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..].Split(' ')[0]);

    private void Read(string line)
    {
        var words = line.Split(' ', 4);
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            Of(words[2]).Help = words[3];
        }
        else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            Of(words[2]).Type.ShouldBe("", $"{words[2]} has one TYPE line.");
            Of(words[2]).Type = words[3];
        }
        else if (!line.StartsWith('#'))
        {
            var sample = Sample().Match(line);
            sample.Success.ShouldBeTrue(line);
            var name = sample.Groups["name"].Value;
            var labels = Label().Matches(sample.Groups["labels"].Value).Select(label => label.Groups[1].Value).ToList();
            var family = _families.GetValueOrDefault(name) ?? Of(Part().Replace(name, ""));
            family.Labels.UnionWith(labels.Where(label => label != "le"));
            if (Bucket().Match(sample.Groups["labels"].Value) is { Success: true } bucket && !family.Buckets.Contains(bucket.Groups[1].Value))
            {
                family.Buckets.Add(bucket.Groups[1].Value);
            }

            var series = (Dictionary<string, HashSet<string>>)Series;
            (series.TryGetValue(name, out var known) ? known : series[name] = []).UnionWith(labels);
        }
    }

    private Family Of(string name) => _families.TryGetValue(name, out var family) ? family : _families[name] = new Family(name);

    [GeneratedRegex("^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)({(?<labels>.*)})? ")]
    private static partial Regex Sample();

    [GeneratedRegex("([a-zA-Z_][a-zA-Z0-9_]*)=\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Label();

    [GeneratedRegex("\\ble=\"([^\"]+)\"")]
    private static partial Regex Bucket();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Part();

    public sealed class Family(string name)
    {
        public string Name { get; } = name;

        public string Type { get; set; } = "";

        public string Help { get; set; } = "";

        /// <summary>The bounds of a histogram, in the order in which they come.</summary>
        public List<string> Buckets { get; } = [];

        public SortedSet<string> Labels { get; } = new(StringComparer.Ordinal);
    }
}
