using Sentinel.Core.Models;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;

namespace Sentinel.Worker.Drift;

/// <summary>Looks twice a minute whether products drift, whether a newly published model flags too much, and whether one in the shadow may come out.</summary>
internal sealed partial class DriftWatch(
    DataFolders folders, DriftDetection drift, Probation probation, ShadowTrial shadow, TimeProvider time, ILogger<DriftWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var worked = true;
        using var timer = new PeriodicTimer(_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Task.Run(() => Look(stoppingToken), stoppingToken);
                worked = true;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or LedgerUnavailableException or ModelUnusableException)
            {
                if (worked)
                {
                    Log.CannotLookForDrift(logger, fault.Message);
                }

                worked = false;
            }
        }
    }

    private void Look(CancellationToken cancel)
    {
        foreach (var product in Directory.EnumerateDirectories(folders.Models).Select(path => Path.GetFileName(path)).Where(Core.ProductName.IsValid))
        {
            cancel.ThrowIfCancellationRequested();
            drift.Look(product);
            probation.Look(product);
            shadow.Look(product);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Drift cannot be looked for now: {Fault}")]
        public static partial void CannotLookForDrift(ILogger logger, string fault);
    }
}
