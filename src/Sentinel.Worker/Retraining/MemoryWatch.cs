using System.Globalization;

namespace Sentinel.Worker.Retraining;

/// <summary>
/// Looks each second how much memory a process holds. A limit on its address space would not do: both .NET and LibTorch reserve far more than
/// they use.
/// </summary>
internal static class MemoryWatch
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    /// <summary>Calls <paramref name="over"/> with its resident bytes once they exceed the limit, and returns; also when the process has ended.</summary>
    public static async Task WatchAsync(int process, long limit, Action<long> over, CancellationToken end)
    {
        using var timer = new PeriodicTimer(_interval);
        try
        {
            do
            {
                if (Resident(process) is not { } bytes)
                {
                    return;
                }

                if (bytes > limit)
                {
                    over(bytes);
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync(end));
        }
        catch (OperationCanceledException)
        {
            // The training has ended.
        }
    }

    /// <summary>Resident bytes, or null when there is no such process any more.</summary>
    private static long? Resident(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
