using Quartz;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Upkeep;

/// <summary>Retention as Quartz starts it. Corrections are looked for first, so that an image that was just moved is not taken for missing.</summary>
[DisallowConcurrentExecution]
internal sealed partial class RetentionJob(Corrections corrections, Retention retention, ILogger<RetentionJob> logger) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            corrections.Look(cancellationToken);
            retention.Run(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or LedgerUnavailableException)
        {
            Log.BrokenOff(logger, fault.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.RetentionStopped(logger);
        }

        return ValueTask.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Retention broke off and is tried again at its next time: {Fault}")]
        public static partial void BrokenOff(ILogger logger, string fault);

        [LoggerMessage(LogLevel.Information, "Retention was stopped before it was done.")]
        public static partial void RetentionStopped(ILogger logger);
    }
}
