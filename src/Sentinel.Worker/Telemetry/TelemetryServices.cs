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
        services.AddHostedService<Heartbeat>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(SentinelMetrics.MeterName, ProcessMeter)
            .AddRuntimeInstrumentation()
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
}
