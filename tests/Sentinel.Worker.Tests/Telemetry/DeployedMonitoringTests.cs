using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Telemetry;

/// <summary>The rules and the dashboard that are delivered, held against what the real host exports.</summary>
[Collection(nameof(MetricsTests))]
public sealed partial class DeployedMonitoringTests : IDisposable
{
    /// <summary>What Prometheus adds to every series.</summary>
    private static readonly string[] _ofTheScrape = ["instance", "job"];

    private readonly TemporaryFolder _data = new();

    private static string Rules => RepositoryRoot.File("deploy", "prometheus", "alerting.rules.yml");

    private static string Recording => RepositoryRoot.File("deploy", "prometheus", "recording.rules.yml");

    private static string Dashboard => RepositoryRoot.File("deploy", "grafana", "sentinel.json");

    [Fact]
    public async Task Every_metric_and_label_that_a_rule_or_panel_names_is_there()
    {
        var series = await LiveSeriesAsync();
        var recorded = Record().Matches(File.ReadAllText(Recording)).Select(record => record.Groups[1].Value).ToHashSet();
        var sources = new[] { Rules, Recording }.SelectMany(Expressions).Concat(Queries(Dashboard)).ToList();

        var missing = new List<string>();
        var seen = new HashSet<string>();
        foreach (var selector in sources.SelectMany(source => Selector().Matches(Quoted().Replace(source, "\"\""))))
        {
            var (name, labels) = (selector.Groups["name"].Value, selector.Groups["labels"].Value);
            seen.Add(name);
            if (name.Contains(':'))
            {
                missing.AddRange(recorded.Contains(name) ? [] : [$"{name} is recorded nowhere"]);
            }
            else if (!series.TryGetValue(name, out var known))
            {
                missing.Add($"{name} is not exported");
            }
            else
            {
                missing.AddRange(LabelName().Matches(labels).Select(label => label.Groups[1].Value)
                    .Where(label => !known.Contains(label) && !_ofTheScrape.Contains(label))
                    .Select(label => $"{name} has no label {label}"));
            }
        }

        missing.ShouldBeEmpty();
        seen.Count.ShouldBeGreaterThan(30);
    }

    [Fact]
    public void Every_alert_says_how_bad_it_is_what_happens_and_where_help_is()
    {
        var alerts = Alert().Split(File.ReadAllText(Rules)).Skip(1).Chunk(2).Select(part => (Name: part[0], Text: part[1])).ToList();

        foreach (var (name, text) in alerts)
        {
            text.ShouldMatch("severity: (critical|warning|info)", name);
            text.ShouldMatch("summary: '.{10,}'", name);
            text.ShouldMatch("description: '.{40,}'", name);
            text.ShouldContain($"/docs/runbooks/{name}.md", customMessage: name);
            var runbook = File.ReadAllText(RepositoryRoot.File("docs", "runbooks", $"{name}.md"));
            runbook.ShouldStartWith($"# {name}\n");
            foreach (var section in new[] { "## What it means", "## What to look at first", "## Commands", "## How to silence" })
            {
                runbook.ShouldContain(section, customMessage: name);
            }
        }

        alerts.Count.ShouldBeGreaterThan(15);
        Directory.GetFiles(RepositoryRoot.File("docs", "runbooks"), "Sentinel*.md").Length
            .ShouldBe(alerts.DistinctBy(alert => alert.Name).Count(), "No runbook is left over.");
    }

    [Fact]
    public void Every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not()
    {
        var cases = string.Join('\n', Directory.GetFiles(RepositoryRoot.File("deploy", "prometheus", "tests")).Select(File.ReadAllText));

        foreach (var name in Alert().Matches(File.ReadAllText(Rules)).Select(alert => alert.Groups[1].Value))
        {
            cases.ShouldMatch($@"alertname: {name}\n +exp_alerts:\n +- exp_labels", name);
            cases.ShouldMatch($@"alertname: {name}\n +exp_alerts: \[\]", name);
        }
    }

    [Fact]
    public void The_dashboard_is_complete_and_in_order()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Dashboard));
        var dashboard = document.RootElement;
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
        var drawn = panels.Where(panel => Text(panel, "type") != "row").ToList();

        Text(dashboard, "uid").ShouldBe("sentinel");
        dashboard.GetProperty("schemaVersion").GetInt32().ShouldBeInRange(30, 41);
        dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => Text(variable, "name"))
            .ShouldBe(["datasource", "instance", "product"]);
        dashboard.GetProperty("annotations").GetProperty("list").EnumerateArray().Select(annotation => Text(annotation, "name"))
            .ShouldBe(["Promotions", "Alerts"]);
        (Text(drawn[0], "type"), Text(drawn[0], "title")).ShouldBe(("heatmap", "Score over threshold"));
        panels.Where(panel => Text(panel, "type") == "row").Select(panel => Text(panel, "title"))
            .ShouldBe(["Verdicts", "Inbox and delay", "Model and training", "Drift", "Resources"]);
        panels.Select(panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
        foreach (var panel in drawn)
        {
            Text(panel.GetProperty("fieldConfig").GetProperty("defaults"), "unit").ShouldNotBeNullOrEmpty(Text(panel, "title"));
            Text(panel.GetProperty("datasource"), "uid").ShouldBe("$datasource");
        }

        drawn.ShouldContain(panel => Text(panel, "title") == "Notifications");
        Queries(Dashboard).ShouldAllBe(query => !query.Contains("$__interval", StringComparison.Ordinal));
        Queries(Dashboard).Where(query => query.Contains("rate(", StringComparison.Ordinal) && !query.Contains("[1d]", StringComparison.Ordinal))
            .ShouldAllBe(query => query.Contains("$__rate_interval", StringComparison.Ordinal));
    }

    public void Dispose() => _data.Dispose();

    private async Task<IReadOnlyDictionary<string, HashSet<string>>> LiveSeriesAsync()
    {
        await using var host = await RunningHost.StartAsync(_data);
        EveryEvent.Happens(host.Services.GetRequiredService<SentinelMetrics>());
        return new Exposition(await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Series;
    }

    private static IEnumerable<string> Expressions(string rules) =>
        Expression().Matches(File.ReadAllText(rules)).Select(expression => expression.Groups[1].Value);

    private static List<string> Queries(string dashboard)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(dashboard));
        var queries = new List<string>();
        Collect(document.RootElement);
        queries.ShouldNotBeEmpty();
        return queries;

        void Collect(JsonElement element)
        {
            if (element.ValueKind is JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item);
                }
            }
            else if (element.ValueKind is JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject())
                {
                    if (property.Name is "expr" or "definition")
                    {
                        queries.Add(property.Value.GetString()!);
                    }

                    Collect(property.Value);
                }
            }
        }
    }

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    [GeneratedRegex(@"expr: (?:\|\n)?(.*?)(?=\n +(?:for|labels|- record|- alert):|\n\n|\z)", RegexOptions.Singleline)]
    private static partial Regex Expression();

    [GeneratedRegex(@"- record: (\S+)")]
    private static partial Regex Record();

    [GeneratedRegex(@"- alert: (\S+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<name>\b(?:sentinel|process|dotnet)_\w+|\binstance_product:[\w:]+)(?:{(?<labels>[^}]*)})?")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+) *(?:=~|!~|!=|=)")]
    private static partial Regex LabelName();
}
