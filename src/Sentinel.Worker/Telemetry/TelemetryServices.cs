using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Sentinel.Worker.Telemetry;

internal static class TelemetryServices
{
    private const string ProcessMeter = "Process";

    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<SentinelMetrics>();
        services.AddSingleton<InboxMetrics>();
        services.AddHostedService<Heartbeat>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(SentinelMetrics.MeterName, ProcessMeter)
            .AddRuntimeInstrumentation()
            .AddView(WithoutMisnamed)
            .AddPrometheusExporter(exporter =>
            {
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
            }));
        return services;
    }

    public static void MapMetrics(this WebApplication app)
    {
        app.Services.GetRequiredService<IMeterFactory>().Create(ProcessMeter).AddProcess();
        app.Services.GetRequiredService<SentinelMetrics>();
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    /// <summary>promtool objects to gauges whose names end in <c>_count</c>, and nobody looks at these three.</summary>
    private static MetricStreamConfiguration? WithoutMisnamed(Instrument instrument) =>
        instrument.Name is "dotnet.assembly.count" or "dotnet.process.cpu.count" or "dotnet.timer.count" ? MetricStreamConfiguration.Drop : null;
}
