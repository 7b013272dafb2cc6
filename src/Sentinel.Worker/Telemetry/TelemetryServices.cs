using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sentinel.Worker.Telemetry;

internal static class TelemetryServices
{
    private const string ProcessMeter = "Process";

    /// <summary>Each model in use has a meter of its own, and so has the one before it.</summary>
    private const int MostMetrics = (2 * Views.MostProducts) + 1000;

    /// <param name="services">Those of the host.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="errors">What native libraries write; null where standard error was left as it is.</param>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, SentinelOptions options, StandardErrorFile? errors)
    {
        services.AddSingleton<NativeMessages>();
        if (errors is not null)
        {
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<StandardErrorWatch>(provider, errors));
        }

        services.AddMetrics();
        services.AddSingleton<SentinelMetrics>();
        services.AddHostedService<Heartbeat>();
        services.AddHostedService<ReviewBacklog>();
        var telemetry = services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(SentinelMetrics.MeterName, ProcessMeter)
            .AddRuntimeInstrumentation()
            .AddView(Views.Of)
            .SetMaxMetricStreams(MostMetrics)
            .SetExemplarFilter(ExemplarFilterType.AlwaysOn)
            .AddPrometheusExporter(exporter =>
            {
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
                exporter.ScrapeResponseCacheDurationMilliseconds = 0;
            }));
        if (options.Otlp.Endpoint is { } endpoint)
        {
            telemetry
                .ConfigureResource(resource => resource.AddService("sentinel", serviceVersion: ProcessMetrics.Build.Version))
                .WithTracing(traces => traces.AddSource(InspectionTrace.SourceName))
                .UseOtlpExporter(options.Otlp.Protocol is OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf, new Uri(endpoint));
        }

        return services;
    }

    public static void MapMetrics(this WebApplication app)
    {
        // The exporter first: what is counted before it listens is lost, the first 0 of a counter among it.
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.Services.GetRequiredService<IMeterFactory>().Create(ProcessMeter).AddProcess();
        app.Services.GetRequiredService<SentinelMetrics>();
    }
}
