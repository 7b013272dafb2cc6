namespace Sentinel.Worker.Tests.Telemetry;

/// <summary>
/// Tests that read figures without a product from /metrics: the exporter listens to every meter of the process by its name, so nothing else
/// may count meanwhile.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ScrapeCollection
{
    public const string Name = "Scrapes";
}
