using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Upkeep;

/// <summary>Looks for corrections twice a minute.</summary>
internal sealed partial class CorrectionWatch(
    Corrections corrections, TimeProvider time, ILogger<CorrectionWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var worked = true;
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            try
            {
                await Task.Run(() => corrections.Look(stoppingToken), stoppingToken);
                worked = true;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or LedgerUnavailableException)
            {
                if (worked)
                {
                    Log.CannotLook(logger, fault.Message);
                }

                worked = false;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Corrections in good and defects cannot be looked for now: {Fault}")]
        public static partial void CannotLook(ILogger logger, string fault);
    }
}
