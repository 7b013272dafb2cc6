namespace Sentinel.Worker.Notifications;

/// <summary>How long to wait before trying again: 1 s, 2 s, 4 s and so on, 2 minutes at most.</summary>
internal static class BackOff
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(2);

    /// <param name="failures">In a row, from 1.</param>
    public static TimeSpan After(long failures)
    {
        var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures, 30) - 1));
        return pause < _longest ? pause : _longest;
    }
}
