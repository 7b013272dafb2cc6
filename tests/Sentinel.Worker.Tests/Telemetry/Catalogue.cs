namespace Sentinel.Worker.Tests.Telemetry;

/// <summary>The table of metrics in the documentation: name, type with the buckets of a histogram, labels and help of everything that is Sentinel's own.</summary>
internal static class Catalogue
{
    private const string Begin = "<!-- catalogue: written by MetricsTests -->", End = "<!-- end of the catalogue -->";

    public static string Of(Exposition scrape) => string.Join('\n', scrape.Families
        .Where(family => family.Name.StartsWith("sentinel_", StringComparison.Ordinal) || family.Name.StartsWith("process_", StringComparison.Ordinal))
        .OrderBy(family => family.Name, StringComparer.Ordinal)
        .Select(family => $"| `{family.Name}` | {TypeOf(family)} | {string.Join(", ", family.Labels)} | {family.Help} |")
        .Prepend("| --- | --- | --- | --- |")
        .Prepend("| name | type | labels | help |"));

    private static string TypeOf(Exposition.Family family) =>
        family.Buckets.Count == 0 ? family.Type : $"{family.Type}: {string.Join(' ', family.Buckets.Where(bound => bound != "+Inf"))}";

    public static string In(string page)
    {
        var text = File.ReadAllText(page);
        return text[(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..text.IndexOf(End, StringComparison.Ordinal)].Trim();
    }

    public static void WriteTo(string page, string catalogue)
    {
        var text = File.ReadAllText(page);
        File.WriteAllText(page, text.Replace(In(page), catalogue, StringComparison.Ordinal));
    }
}
