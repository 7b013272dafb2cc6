using Microsoft.Extensions.Options;
using Quartz;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Configuration;
using Sentinel.Worker.Drift;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Notifications;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Systemd;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Upkeep;

namespace Sentinel.Worker;

/// <summary>The running service: inbox, inspection, retraining, telemetry, and the web server that shows them.</summary>
internal static class SentinelHost
{
    /// <summary>Makes the host of <paramref name="configuration"/>, ready to start.</summary>
    /// <exception cref="ConfigurationException">The configuration is wrong.</exception>
    public static WebApplication Build(IConfiguration configuration, bool jsonLog = false, StandardErrorFile? errors = null)
    {
        var options = SentinelConfiguration.Bind(configuration);
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "sentinel", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.AddHosting(options, jsonLog);
        builder.AddSentinel(options, errors);

        var app = builder.Build();
        app.MapSentinel();
        return app;
    }

    /// <summary>Runs until it is told to stop. 0 when it was told; 1 when a part of it failed, so that a supervisor starts it again.</summary>
    public static async Task<int> RunToEndAsync(this WebApplication app, CancellationToken cancel)
    {
        await using (app)
        {
            await app.StartAsync(cancel);
            await app.WaitForShutdownAsync(cancel);

            // The host itself ends quietly when a background service throws, and the process would exit with 0.
            return app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(s => s.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
        }
    }

    private static void AddHosting(this WebApplicationBuilder builder, SentinelOptions options, bool jsonLog)
    {
        builder.AddWebServer(options.Http);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(18));

        // The first of the services: the last to stop is the scheduler, after all that ask it for something.
        builder.Services.AddQuartz(quartz => quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always));
        builder.Services.AddQuartzHostedService(host => host.WaitForJobsToComplete = true);

        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddLogOutput(jsonLog ? LogFormat.Json : options.Log.Format);
    }

    private static void AddSentinel(this WebApplicationBuilder builder, SentinelOptions options, StandardErrorFile? errors)
    {
        var folders = new DataFolders(options.DataRoot);
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(options)
            .AddSingleton(Options.Create(options))
            .AddSingleton(folders)
            .AddSingleton<DataRootMark>()
            .AddSingleton(new ModelRegistry(folders.Models))
            .AddSingleton<TorchThread>(_ => new TorchThread())
            .AddSingleton<Readiness>()
            .AddSingleton<ProductNames>()
            .AddSupervision()
            .AddTelemetry(options, errors)
            .AddDetectors()
            .AddLedger()
            .AddNotifications(options.Notifications)
            .AddUpkeep()
            .AddInbox()
            .AddInspection()
            .AddPromotion()
            .AddDriftWatch()
            .AddRetraining();
    }

    private static void MapSentinel(this WebApplication app)
    {
        app.Services.GetRequiredService<DataFolders>().Create();
        app.UseRouting();
        app.UseMiddleware<Access>();
        app.MapMetrics();
        app.MapHealth();
        app.MapProducts();
        app.MapTraining();
    }
}
