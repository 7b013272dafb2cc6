using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sentinel.Core.Evaluation;

/// <summary>What a model is worth on one set of test images, measured once for each seed of its training.</summary>
public sealed class SeedSummary
{
    private readonly IReadOnlyList<SeedReport> _seeds;

    /// <exception cref="ArgumentException">No seed.</exception>
    public SeedSummary(IReadOnlyList<SeedReport> seeds) =>
        _seeds = seeds.Count > 0 ? seeds : throw new ArgumentException("A summary needs at least one seed.", nameof(seeds));

    /// <summary>In the order they were run.</summary>
    public IReadOnlyList<SeedReport> Seeds => _seeds;

    /// <summary>The seed whose image AUROC is the median, the lower of two; what cannot be averaged is shown of this one.</summary>
    public SeedReport Middle => _seeds.OrderBy(seed => seed.Report.Image.Auroc).ElementAt((_seeds.Count - 1) / 2);

    public Spread Of(Func<EvaluationReport, double> figure) => Spread.Of(_seeds.Select(seed => figure(seed.Report)));

    /// <summary>
    /// The report as one line of JSON. One seed: as <see cref="EvaluationReport.ToJson"/>. More: the same shape with the median of every
    /// number, and <c>seeds</c> with <c>mean</c>, <c>min</c> and <c>max</c> of each under the same names, and the seeds themselves under <c>seed</c>.
    /// </summary>
    public string ToJson()
    {
        if (_seeds.Count == 1)
        {
            return _seeds[0].Report.ToJson();
        }

        JsonNode[] reports = [.. _seeds.Select(seed => JsonSerializer.SerializeToNode(seed.Report, EvaluationReport.Json)!)];
        var medians = Merge(reports, spread => spread.Median)!;
        var spreads = Merge(reports, spread => JsonSerializer.SerializeToNode(new { spread.Mean, spread.Min, spread.Max }, EvaluationReport.Json))!.AsObject();
        foreach (var text in spreads.Where(entry => entry.Value is JsonValue).Select(entry => entry.Key).ToList())
        {
            spreads.Remove(text);
        }

        spreads.Insert(0, "seed", JsonSerializer.SerializeToNode(_seeds.Select(seed => seed.Seed)));
        medians["seeds"] = spreads;
        return medians.ToJsonString(EvaluationReport.Json);
    }

    /// <summary>One tree in the shape of the first, with <paramref name="number"/> of all in the place of each number.</summary>
    private static JsonNode? Merge(IReadOnlyList<JsonNode> trees, Func<Spread, JsonNode?> number) => trees[0] switch
    {
        JsonObject first => new JsonObject(first.Select(entry => KeyValuePair.Create(entry.Key, Merge([.. trees.Select(tree => tree[entry.Key]!)], number)))),
        JsonArray first => new JsonArray([.. Enumerable.Range(0, first.Count).Select(i => Merge([.. trees.Select(tree => tree[i]!)], number))]),
        { } first when first.GetValueKind() == JsonValueKind.Number => number(Spread.Of(trees.Select(tree => tree.GetValue<double>()))),
        { } first => first.DeepClone(),
    };
}

/// <summary>What came of one seed.</summary>
/// <param name="Seed">Of the training.</param>
/// <param name="Report">The figures of its model.</param>
public sealed record SeedReport(int Seed, EvaluationReport Report);
