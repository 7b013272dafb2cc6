using Sentinel.Core;
using Sentinel.Core.Models;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;

namespace Sentinel.Worker.Inspection;

/// <summary>
/// Looks each second which champions were published, by this host, by <c>sentinel train</c> or by hand, has them taken up, and sees to their entry in the audit trail.
/// </summary>
internal sealed class ModelWatch(
    ModelRegistry registry, ActiveDetectors detectors, ShadowDetectors shadows, UntracedModels untraced, Readiness readiness, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        readiness.Report("models", "The models are being loaded.");
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            await LookAsync(stoppingToken);
            readiness.Report("models", null);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            var products = Directory.EnumerateDirectories(registry.Folder).Select(path => Path.GetFileName(path)).Where(ProductName.IsValid).ToList();
            foreach (var product in products)
            {
                cancel.ThrowIfCancellationRequested();
                await detectors.RefreshAsync(product);
            }

            await TendToTrailAsync(products, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            readiness.Report("model folder", $"The models cannot be looked at: {fault.Message}");
            return;
        }

        readiness.Report("model folder", null);
    }

    /// <summary>What needs the ledger comes after what inspection needs, and keeps it from nothing.</summary>
    private async Task TendToTrailAsync(IReadOnlyList<string> products, CancellationToken cancel)
    {
        try
        {
            foreach (var product in products)
            {
                cancel.ThrowIfCancellationRequested();
                await shadows.RefreshAsync(product);
                untraced.Look(product);
            }

            readiness.Report("model trail", null);
        }
        catch (LedgerUnavailableException fault)
        {
            readiness.Report("model trail", fault.Message);
        }
    }
}
