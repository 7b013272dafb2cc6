using System.Diagnostics;
using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>Makes a hidden file in a folder and waits for the kernel to announce it, by the means by which the running host hears of images.</summary>
internal static class EventTest
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>Time until the event, or null when none came within two seconds.</summary>
    /// <exception cref="IOException">No inotify instance or watch can be had, or the file cannot be made.</exception>
    public static async Task<TimeSpan?> RunAsync(string folder, CancellationToken cancel)
    {
        var name = $".probe-{Guid.NewGuid():N}.tmp";
        var arrived = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var inotify = new Inotify(
            happened => _ = happened.Name == name && arrived.TrySetResult(Stopwatch.GetTimestamp()),
            fault => arrived.TrySetException(new IOException(fault)));
        inotify.Add(folder);

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
