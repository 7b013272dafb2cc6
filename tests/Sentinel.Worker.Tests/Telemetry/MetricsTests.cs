using System.Diagnostics;
using System.Net.Http.Headers;
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
    public async Task The_catalogue_in_the_documentation_is_what_is_exported()
    {
        await using var host = await RunningHost.StartAsync(_data);
        EveryEvent.Happens(host.Services.GetRequiredService<SentinelMetrics>());
        var page = RepositoryRoot.File("docs", "metrics.md");

        var catalogue = Catalogue.Of(await ScrapeAsync(host));

        if (Environment.GetEnvironmentVariable("SENTINEL_WRITE_CATALOGUE") == "1")
        {
            Catalogue.WriteTo(page, catalogue);
        }

        Catalogue.In(page).Split('\n').ShouldBe(
            catalogue.Split('\n'), "docs/metrics.md and /metrics differ; when that is wanted, run this test with SENTINEL_WRITE_CATALOGUE=1.");
    }

    [Fact]
    public async Task The_runtime_is_measured_too()
    {
        await using var host = await RunningHost.StartAsync(_data);

        var names = (await ScrapeAsync(host)).Families.Select(family => family.Name).ToList();

        names.ShouldContain("dotnet_gc_collections_total");
        names.ShouldContain("dotnet_thread_pool_thread_count_total");
    }

    [Fact]
    public async Task A_known_product_has_every_series_at_0_before_anything_happens()
    {
        await using var host = await RunningHost.StartAsync(_data);
        var metrics = host.Services.GetRequiredService<SentinelMetrics>();
        metrics.ProductKnown("tile");
        metrics.InboxAvailable("tile", false);

        var lines = (await ScrapeAsync(host)).Lines;

        lines.ShouldContain("sentinel_images_received_total{product=\"tile\"} 0");
        lines.ShouldContain("sentinel_images_duplicate_total{product=\"tile\"} 0");
        AllAt0(lines, "sentinel_inbox_files{product=\"tile\",state=\"%\"}", ["waiting", "claimed"]);
        lines.ShouldContain("sentinel_challengers_rejected{product=\"tile\"} 0");
        lines.ShouldContain("sentinel_training_last_skip_timestamp_seconds{product=\"tile\"} 0");
        lines.ShouldContain("sentinel_models_unusable_total{product=\"tile\"} 0");
        lines.ShouldContain("sentinel_inbox_oldest_file_timestamp_seconds{product=\"tile\"} 0");
        lines.ShouldContain("sentinel_inbox_available{product=\"tile\"} 0");
        lines.ShouldContain("sentinel_review_pending{product=\"tile\"} 0");
        AllAt0(lines, "sentinel_watcher_restarts_total{reason=\"%\"}", WatcherFailures.All);
        AllAt0(lines, "sentinel_images_inspected_total{product=\"tile\",verdict=\"%\"}", ["normal", "suspect", "anomalous"]);
        AllAt0(lines, "sentinel_images_failed_total{product=\"tile\",reason=\"%\"}", SentinelMetrics.FailureReasons);
        AllAt0(lines, "sentinel_training_runs_total{outcome=\"%\",product=\"tile\"}", TrainingOutcomes.All);
        AllAt0(lines, "sentinel_promotions_total{outcome=\"%\",product=\"tile\"}", PromotionOutcomes.All);
        AllAt0(lines, "sentinel_reviews_total{outcome=\"%\",product=\"tile\"}", ReviewOutcomes.All);
        AllAt0(lines, "sentinel_drift_score_ratio{product=\"tile\",signal=\"%\"}", DriftSignals.All);
    }

    [Fact]
    public async Task Events_are_counted_and_measured_with_the_labels_of_the_catalogue()
    {
        await using var host = await RunningHost.StartAsync(_data);
        EveryEvent.Happens(host.Services.GetRequiredService<SentinelMetrics>());

        var lines = (await ScrapeAsync(host)).Lines;

        lines.ShouldContain("sentinel_images_inspected_total{product=\"tile\",verdict=\"anomalous\"} 1");
        lines.ShouldContain("sentinel_images_failed_total{product=\"tile\",reason=\"other\"} 1");
        lines.ShouldContain("sentinel_image_score_ratio_bucket{product=\"tile\",le=\"1.25\"} 0");
        lines.ShouldContain("sentinel_image_score_ratio_bucket{product=\"tile\",le=\"1.5\"} 1");
        lines.ShouldContain("sentinel_image_delay_seconds_sum{product=\"tile\"} 0.2");
        lines.ShouldContain("sentinel_step_duration_seconds_count{step=\"decode\"} 1");
        lines.ShouldContain("sentinel_step_duration_seconds_count{step=\"denoise\"} 1");
        lines.ShouldContain("sentinel_inbox_files{product=\"tile\",state=\"waiting\"} 3");
        lines.ShouldContain("sentinel_inbox_files{product=\"tile\",state=\"claimed\"} 1");
        lines.ShouldContain("sentinel_training_interval_seconds{product=\"tile\"} 86400");
        lines.ShouldContain("sentinel_training_last_skip_timestamp_seconds{product=\"tile\"} 86400");
        lines.ShouldContain("sentinel_challengers_rejected{product=\"tile\"} 2");
        lines.ShouldContain("sentinel_model_threshold{product=\"tile\"} 0.75");
        lines.ShouldContain("sentinel_intake_paused{} 1");
        lines.ShouldContain("sentinel_reviews_total{outcome=\"missed\",product=\"tile\"} 1");
        lines.ShouldContain("sentinel_promotions_total{outcome=\"rejected\",product=\"tile\"} 1");
        lines.ShouldContain("sentinel_training_images{product=\"tile\",state=\"used\"} 240");
        lines.ShouldContain("sentinel_training_images{product=\"tile\",state=\"left_out\"} 6");
        lines.ShouldContain("sentinel_models_unusable_total{product=\"tile\"} 1");
        lines.ShouldContain("sentinel_training_step{product=\"tile\"} 0", "no training runs any more");
        lines.ShouldContain("sentinel_drift_score_ratio{product=\"tile\",signal=\"brightness\"} 1.5");
        lines.ShouldContain("sentinel_review_pending{product=\"tile\"} 4");
        lines.ShouldNotContain(line => line.Contains("otel_scope", StringComparison.Ordinal));
        lines.ShouldNotContain(line => line.Contains(EveryEvent.Inspection, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_running_training_shows_step_loss_speed_and_time_left()
    {
        await using var host = await RunningHost.StartAsync(_data);
        host.Services.GetRequiredService<SentinelMetrics>().TrainingProgressed("tile", 0.5, 120, 0.25, 80, 60);

        var lines = (await ScrapeAsync(host)).Lines;

        lines.ShouldContain("sentinel_training_progress_ratio{product=\"tile\"} 0.5");
        lines.ShouldContain("sentinel_training_step{product=\"tile\"} 120");
        lines.ShouldContain("sentinel_training_loss{product=\"tile\"} 0.25");
        lines.ShouldContain("sentinel_training_images_per_second{product=\"tile\"} 80");
        lines.ShouldContain("sentinel_training_remaining_seconds{product=\"tile\"} 60");
    }

    [Fact]
    public async Task A_product_shows_its_model_and_the_one_before_it_and_no_older_ones()
    {
        await using var host = await RunningHost.StartAsync(_data);
        var metrics = host.Services.GetRequiredService<SentinelMetrics>();
        for (var version = 1; version <= 5; version++)
        {
            metrics.ModelTakenUp("tile", $"{version}", DateTimeOffset.UtcNow, 0.5);
            metrics.ModelTakenUp("cookie", "1", DateTimeOffset.UtcNow, 0.5);
            await ScrapeAsync(host);
        }

        string[] ours = ["sentinel_model_info{product=\"cookie\"", "sentinel_model_info{product=\"tile\""]; // Hosts of other tests have others.
        var models = (await ScrapeAsync(host)).Lines.Where(line => ours.Any(start => line.StartsWith(start, StringComparison.Ordinal)));

        models.Order(StringComparer.Ordinal).ShouldBe([
            "sentinel_model_info{product=\"cookie\",version=\"1\"} 1",
            "sentinel_model_info{product=\"tile\",version=\"4\"} 0",
            "sentinel_model_info{product=\"tile\",version=\"5\"} 1",
        ]);
    }

    [Fact]
    public async Task Exemplars_carry_the_id_of_the_inspection()
    {
        await using var host = await RunningHost.StartAsync(_data);
        EveryEvent.Happens(host.Services.GetRequiredService<SentinelMetrics>());

        var lines = (await OpenMetricsAsync(host)).Split('\n');

        foreach (var series in new[]
        {
            "sentinel_images_inspected_total{product=\"tile\",verdict=\"anomalous\"} ", "sentinel_image_score_ratio_bucket{product=\"tile\",le=\"1.5\"} ",
            "sentinel_image_delay_seconds_bucket{product=\"tile\",le=\"0.25\"} ", "sentinel_step_duration_seconds_bucket{step=\"infer\",le=\"0.025\"} ",
        })
        {
            var line = lines.Single(line => line.StartsWith(series, StringComparison.Ordinal));
            line.ShouldContain($"inspection_id=\"{EveryEvent.Inspection}\"");
        }
    }

    [Fact]
    public async Task Two_hundred_products_do_not_overflow()
    {
        await using var host = await RunningHost.StartAsync(_data);
        var metrics = host.Services.GetRequiredService<SentinelMetrics>();
        for (var i = 0; i < 200; i++)
        {
            EveryEvent.Happens(metrics, $"product-{i}");
        }

        var scrape = await ScrapeAsync(host);

        scrape.Lines.Sum(line => line.Length + 1).ShouldBeLessThan(3_000_000);
        (await OpenMetricsAsync(host)).Length.ShouldBeLessThan(3_000_000);
        scrape.Lines.ShouldNotContain(line => line.Contains("otel_metric_overflow", StringComparison.Ordinal));
        scrape.Value("sentinel_images_failed_total{product=\"product-199\",reason=\"other\"}").ShouldBe(1);
        scrape.Value("sentinel_model_info{product=\"product-199\",version=\"2\"}").ShouldBe(1);
    }

    [Fact]
    public async Task What_goes_beyond_a_thousand_products_is_added_up_in_series_that_say_so()
    {
        await using var host = await RunningHost.StartAsync(_data);
        var metrics = host.Services.GetRequiredService<SentinelMetrics>();
        Inspect(1, 1000);
        Overflow(await ScrapeAsync(host)).ShouldBeEmpty();

        Inspect(1001, 1100);
        var scrape = await ScrapeAsync(host);

        Overflow(scrape).ShouldContain(line => line.StartsWith("sentinel_images_inspected_total{", StringComparison.Ordinal));
        scrape.Lines.Where(line => line.StartsWith("sentinel_images_inspected_total{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.IndexOf("} ", StringComparison.Ordinal) + 2)..].Split(' ')[0])).ShouldBe(1100);

        IEnumerable<string> Overflow(Exposition exposition) =>
            exposition.Lines.Where(line => line.StartsWith("sentinel_", StringComparison.Ordinal) && line.Contains("otel_metric_overflow=\"true\"", StringComparison.Ordinal));

        void Inspect(int first, int last)
        {
            for (var i = first; i <= last; i++)
            {
                metrics.ImageInspected($"product-{i}", Verdict.Normal, 0.5, 0, TimeSpan.FromSeconds(1), EveryEvent.Inspection);
            }
        }
    }

    [Fact]
    public async Task Recording_an_inspection_allocates_nothing()
    {
        await using var host = await RunningHost.StartAsync(_data);
        var metrics = host.Services.GetRequiredService<SentinelMetrics>();
        Record(10_000);

        // What an inspection allocates, each thousand does; what the runtime compiles or lets grow once, one of them.
        Enumerable.Range(0, 5).Min(_ => AllocatedBy(1_000)).ShouldBe(0);

        long AllocatedBy(int times)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Record(times);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Record(int times)
        {
            for (var i = 0; i < times; i++)
            {
                metrics.ImageReceived("tile");
                metrics.StepTook("decode", TimeSpan.FromMilliseconds(3), EveryEvent.Inspection);
                metrics.ClaimBegun("tile");
                metrics.ClaimEnded("tile");
                metrics.ImageInspected("tile", Verdict.Normal, 0.5, 0, TimeSpan.FromSeconds(1), EveryEvent.Inspection);
                metrics.InboxHolds("tile", i, DateTimeOffset.UnixEpoch);
            }
        }
    }

    [Fact]
    public async Task Prometheus_finds_nothing_to_say_against_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed (Debian: prometheus).");
        await using var host = await RunningHost.StartAsync(_data);
        EveryEvent.Happens(host.Services.GetRequiredService<SentinelMetrics>());
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

    public void Dispose() => _data.Dispose();

    private static async Task<Exposition> ScrapeAsync(RunningHost host) =>
        new(await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));

    private static async Task<string> OpenMetricsAsync(RunningHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static void AllAt0(string[] lines, string series, IReadOnlyList<string> values)
    {
        foreach (var value in values)
        {
            lines.ShouldContain(series.Replace("%", value, StringComparison.Ordinal) + " 0");
        }
    }
}
