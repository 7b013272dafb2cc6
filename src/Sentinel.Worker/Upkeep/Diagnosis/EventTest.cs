using System.Diagnostics;

namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>Makes a hidden file in a folder and waits for the kernel to announce it, as it announces images to the running host.</summary>
internal static class EventTest
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>Time until the event, or null when none came within two seconds.</summary>
    /// <exception cref="IOException">No watcher can be had, or the file cannot be made.</exception>
    public static async Task<TimeSpan?> RunAsync(string folder, CancellationToken cancel)
    {
        var name = $".probe-{Guid.NewGuid():N}.tmp";
        var arrived = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(folder, name) { NotifyFilter = NotifyFilters.FileName };
        watcher.Created += (_, _) => arrived.TrySetResult(Stopwatch.GetTimestamp());
        watcher.EnableRaisingEvents = true;

        var start = Stopwatch.GetTimestamp();
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), [], cancel);
            return Stopwatch.GetElapsedTime(start, await arrived.Task.WaitAsync(_patience, cancel));
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            File.Delete(Path.Combine(folder, name));
        }
    }
}
