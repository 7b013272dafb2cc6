using Sentinel.Worker.Inspection;

namespace Sentinel.Worker.Inbox;

/// <summary>Runs the intake, and closes the queue behind it when Sentinel stops.</summary>
internal sealed partial class InboxService(
    Intake intake, InspectionQueue queue, IHostApplicationLifetime lifetime, ILogger<InboxService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not the service's own token: services stop one after the other, and inspection waits for the end of the intake.
        var stopping = lifetime.ApplicationStopping;
        try
        {
            await intake.RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Log.Stopped(logger);
        }
        catch (Exception fault)
        {
            // The host stops by itself but would report success, and then nobody starts it again.
            Environment.ExitCode = 1;
            Log.IntakeBroken(logger, fault);
            throw;
        }
        finally
        {
            queue.Complete();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Nothing more is taken out of the inbox.")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(LogLevel.Critical, "The intake failed by a fault of Sentinel's own.")]
        public static partial void IntakeBroken(ILogger logger, Exception fault);
    }
}
