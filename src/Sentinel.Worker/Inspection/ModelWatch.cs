using Sentinel.Core;
using Sentinel.Core.Models;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Promotion;

namespace Sentinel.Worker.Inspection;

/// <summary>Looks each second which champions were published, by this host, by <c>sentinel train</c> or by hand, and has them taken up.</summary>
internal sealed class ModelWatch(ModelRegistry registry, ActiveDetectors detectors, ShadowDetectors shadows, Readiness readiness, TimeProvider time) : BackgroundService
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
            var folders = Directory.EnumerateDirectories(registry.Folder);
            foreach (var product in folders.Select(path => Path.GetFileName(path)).Where(ProductName.IsValid))
            {
                cancel.ThrowIfCancellationRequested();
                await detectors.RefreshAsync(product);
                await shadows.RefreshAsync(product);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            readiness.Report("model folder", $"The models cannot be looked at: {fault.Message}");
            return;
        }

        readiness.Report("model folder", null);
    }
}
