using Sentinel.Core.Models;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;

namespace Sentinel.Worker.Drift;

/// <summary>Looks twice a minute whether products drift, whether a newly published model flags too much, and whether one in the shadow may come out.</summary>
internal sealed partial class DriftWatch(
    DataFolders folders, DriftDetection drift, Probation probation, ShadowTrial shadow, TimeProvider time, ILogger<DriftWatch> logger) : BackgroundService
{
    private const string Everything = "all products";

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);

    private readonly HashSet<string> _troubled = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Task.Run(() => Look(stoppingToken), stoppingToken);
                _troubled.Remove(Everything);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Complain(Everything, fault);
            }
        }
    }

    private void Look(CancellationToken cancel)
    {
        foreach (var product in Directory.EnumerateDirectories(folders.Models).Select(path => Path.GetFileName(path)).Where(Core.ProductName.IsValid))
        {
            cancel.ThrowIfCancellationRequested();
            Look(product);
        }
    }

    /// <summary>What is wrong with one product keeps nobody from looking at the others.</summary>
    private void Look(string product)
    {
        try
        {
            drift.Look(product);
            probation.Look(product);
            shadow.Look(product);
            _troubled.Remove(product);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or LedgerUnavailableException or ModelUnusableException)
        {
            Complain(product, fault);
        }
    }

    /// <summary>Once, until it works again.</summary>
    private void Complain(string about, Exception fault)
    {
        if (_troubled.Add(about))
        {
            Log.CannotLookForDrift(logger, about, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Drift of {Product} cannot be looked for now: {Fault}")]
        public static partial void CannotLookForDrift(ILogger logger, string product, string fault);
    }
}
