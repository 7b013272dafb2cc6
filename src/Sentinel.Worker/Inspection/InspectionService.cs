namespace Sentinel.Worker.Inspection;

/// <summary>Runs the pipeline. When Sentinel stops, what is claimed is finished first, for up to <see cref="Patience"/>.</summary>
internal sealed partial class InspectionService(
    InspectionPipeline pipeline, IHostApplicationLifetime lifetime, ILogger<InspectionService> logger) : BackgroundService
{
    /// <summary>Time to finish what is claimed; the rest stays claimed and is taken up at the next start.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var stopping = lifetime.ApplicationStopping;
        using var abandon = new CancellationTokenSource();
        using var countdown = stopping.Register(() => abandon.CancelAfter(Patience));
        try
        {
            await pipeline.RunAsync(stopping, abandon.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Log.LeftClaimed(logger);
        }
        catch (Exception fault)
        {
            // The host stops by itself but would report success, and then nobody starts it again.
            Environment.ExitCode = 1;
            Log.Broken(logger, fault);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Stopped with images claimed and not finished; the next start takes them up.")]
        public static partial void LeftClaimed(ILogger logger);

        [LoggerMessage(LogLevel.Critical, "Inspection failed by a fault of Sentinel's own. The image stays claimed and is taken up at the next start.")]
        public static partial void Broken(ILogger logger, Exception fault);
    }
}
