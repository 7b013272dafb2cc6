namespace Sentinel.Worker.Inbox;

/// <summary>Proves each minute that events from the inbox still arrive. Where other machines write, events prove nothing: there it rests.</summary>
internal sealed class CanaryService(InboxWatcher watcher, DataFolders folders, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (IsLocal())
            {
                watcher.ReleaseCanaries();
                await Task.Delay(_patience, time, stoppingToken);
                watcher.HeardCanaries();
            }
        }
    }

    private bool IsLocal()
    {
        try
        {
            return FileSystemKind.NetworkName(folders.Inbox) is null;
        }
        catch (IOException)
        {
            return false; // The inbox is away, which the scan reports.
        }
    }
}
