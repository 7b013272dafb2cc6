using Sentinel.Core.Torch;

namespace Sentinel.Worker.Telemetry;

/// <summary>Beats while the Torch thread answers: when inspection hangs in native code, the heartbeat stands still though the process lives.</summary>
internal sealed class Heartbeat(TorchThread torch, SentinelMetrics metrics, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            await torch.RunAsync(() => true).WaitAsync(stoppingToken);
            metrics.Beat();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
