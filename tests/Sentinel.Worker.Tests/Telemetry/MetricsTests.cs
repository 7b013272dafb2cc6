using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Sentinel.Core.Detection;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Telemetry;

/// <summary>Alone, because the exporter tells of every meter of its name in this process.</summary>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
public sealed class MetricsTestsAlone;

[Collection(nameof(MetricsTests))]
public sealed class MetricsTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task Every_metric_has_its_name_and_type()
    {
        await using var host = await RunningHost.StartAsync(_data);
        Exercise(host.Services.GetRequiredService<SentinelMetrics>());
        host.Services.GetRequiredService<InboxMetrics>().Available("tile", true);

        var types = (await ScrapeAsync(host)).Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line[7..]).ToList();

        foreach (var expected in new[]
        {
            "sentinel_build_info gauge", "sentinel_images_received_total counter", "sentinel_images_inspected_total counter",
            "sentinel_images_failed_total counter", "sentinel_images_duplicate_total counter", "sentinel_inbox_files gauge",
            "sentinel_inbox_oldest_file_timestamp_seconds gauge", "sentinel_inbox_scan_duration_seconds histogram",
            "sentinel_image_delay_seconds histogram", "sentinel_step_duration_seconds histogram", "sentinel_image_score_ratio histogram",
            "sentinel_anomaly_area_ratio histogram", "sentinel_model_info gauge", "sentinel_model_trained_timestamp_seconds gauge",
            "sentinel_model_threshold gauge", "sentinel_training_runs_total counter", "sentinel_training_last_success_timestamp_seconds gauge",
            "sentinel_training_duration_seconds histogram", "sentinel_training_progress_ratio gauge", "sentinel_heartbeat_timestamp_seconds gauge",
            "sentinel_intake_paused gauge", "sentinel_reviews_total counter", "sentinel_storage_free_bytes gauge", "sentinel_storage_used_bytes gauge",
            "sentinel_watcher_restarts_total counter", "sentinel_inbox_available gauge", "process_cpu_seconds_total counter", "process_resident_memory_bytes gauge",
            "process_start_time_seconds gauge", "process_open_fds gauge",
        })
        {
            types.ShouldContain(expected);
        }

        types.ShouldContain(type => type.StartsWith("dotnet_gc_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_known_product_has_every_series_at_0_before_anything_happens()
    {
        await using var host = await RunningHost.StartAsync(_data);
        host.Services.GetRequiredService<SentinelMetrics>().ProductKnown("tile");
        host.Services.GetRequiredService<InboxMetrics>().Available("tile", false);

        var lines = await ScrapeAsync(host);

        lines.ShouldContain("sentinel_images_received_total{product=\"tile\"} 0");
        lines.ShouldContain("sentinel_inbox_available{product=\"tile\"} 0");
        foreach (var reason in WatcherFailures.All)
        {
            lines.ShouldContain($"sentinel_watcher_restarts_total{{reason=\"{reason}\"}} 0");
        }

        foreach (var verdict in new[] { "normal", "suspect", "anomalous" })
        {
            lines.ShouldContain($"sentinel_images_inspected_total{{product=\"tile\",verdict=\"{verdict}\"}} 0");
        }

        foreach (var reason in SentinelMetrics.FailureReasons)
        {
            lines.ShouldContain($"sentinel_images_failed_total{{product=\"tile\",reason=\"{reason}\"}} 0");
        }

        foreach (var outcome in TrainingOutcomes.All)
        {
            lines.ShouldContain($"sentinel_training_runs_total{{outcome=\"{outcome}\",product=\"tile\"}} 0", Names(lines, "sentinel_training_runs_total"));
        }
    }

    [Fact]
    public async Task Events_are_counted_and_measured_with_the_labels_of_the_catalogue()
    {
        await using var host = await RunningHost.StartAsync(_data);
        Exercise(host.Services.GetRequiredService<SentinelMetrics>());

        var lines = await ScrapeAsync(host);

        lines.ShouldContain("sentinel_images_inspected_total{product=\"tile\",verdict=\"anomalous\"} 1");
        lines.ShouldContain("sentinel_images_failed_total{product=\"tile\",reason=\"other\"} 1");
        lines.ShouldContain("sentinel_image_score_ratio_bucket{product=\"tile\",le=\"1.25\"} 0");
        lines.ShouldContain("sentinel_image_score_ratio_bucket{product=\"tile\",le=\"1.5\"} 1");
        lines.ShouldContain("sentinel_image_delay_seconds_sum{product=\"tile\"} 0.2");
        lines.ShouldContain("sentinel_step_duration_seconds_count{step=\"decode\"} 1");
        lines.ShouldContain("sentinel_inbox_files{product=\"tile\",state=\"waiting\"} 3");
        lines.ShouldContain("sentinel_model_info{product=\"tile\",version=\"2\"} 1");
        lines.ShouldContain("sentinel_model_info{product=\"tile\",version=\"1\"} 0");
        lines.ShouldContain("sentinel_model_threshold{product=\"tile\"} 0.75");
        lines.ShouldContain("sentinel_intake_paused{} 1");
        lines.ShouldContain("sentinel_reviews_total{outcome=\"missed\",product=\"tile\"} 1");
        lines.ShouldContain("sentinel_reviews_total{outcome=\"false-alarm\",product=\"tile\"} 0");
        lines.ShouldNotContain(line => line.Contains("otel_scope", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prometheus_finds_nothing_to_say_against_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed (Debian: prometheus).");
        await using var host = await RunningHost.StartAsync(_data);
        Exercise(host.Services.GetRequiredService<SentinelMetrics>());
        var scrape = await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(scrape);
        promtool.StandardInput.Close();
        var complaints = await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            + await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_heart_beats()
    {
        await using var host = await RunningHost.StartAsync(_data);

        await Eventually.HoldsAsync(
            async () => (await ScrapeAsync(host)).Single(l => l.StartsWith("sentinel_heartbeat_timestamp_seconds{} ", StringComparison.Ordinal)).Split(' ')[1] != "0",
            "a heartbeat");
    }

    public void Dispose() => _data.Dispose();

    private static void Exercise(SentinelMetrics metrics)
    {
        metrics.ImageReceived("tile");
        metrics.ImageInspected("tile", Verdict.Anomalous, 1.4, 0.02, TimeSpan.FromSeconds(0.2));
        metrics.ImageFailed("tile", "/inbox/secret.png");
        metrics.ImageDuplicate("tile");
        metrics.StepTook("decode", TimeSpan.FromMilliseconds(12));
        metrics.InboxScanned(TimeSpan.FromMilliseconds(3));
        metrics.InboxHolds("tile", 3, DateTimeOffset.UtcNow);
        metrics.IntakePaused("The disk is full.");
        metrics.StorageFree("archive", 1000);
        metrics.StorageUsed("archive", 10);
        metrics.VerdictReviewed("tile", ReviewOutcomes.Missed);
        metrics.ModelTakenUp("tile", "1", DateTimeOffset.UtcNow, 0.5);
        metrics.ModelTakenUp("tile", "2", DateTimeOffset.UtcNow, 0.75);
        metrics.TrainingProgressed("tile", 0.5);
        metrics.TrainingEnded("tile", TrainingOutcomes.Trained, TimeSpan.FromMinutes(5));
    }

    private static async Task<string[]> ScrapeAsync(RunningHost host) =>
        (await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');

    private static string Names(string[] lines, string metric) =>
        string.Join('\n', lines.Where(line => line.StartsWith(metric, StringComparison.Ordinal)));
}
