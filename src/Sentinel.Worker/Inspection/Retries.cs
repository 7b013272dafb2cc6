using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Inspection;

/// <summary>
/// A file whose fault may pass has three attempts, the second after 5 s and the third 20 s later. A file that was written to in between is
/// another one and starts afresh; so does every file after a restart.
/// </summary>
internal sealed class Retries
{
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan[] _pauses = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)];

    private readonly Dictionary<string, (FileStamp Stamp, int Failed)> _failed = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>How long to wait before the next attempt, or null when that was the last.</summary>
    /// <param name="id">The image's id in the ledger, which it keeps in the inbox.</param>
    /// <param name="stamp">What the file was at this attempt.</param>
    public TimeSpan? Next(string id, FileStamp stamp)
    {
        lock (_gate)
        {
            var failed = _failed.TryGetValue(id, out var last) && last.Stamp.HasContentOf(stamp) ? last.Failed : 0;
            if (failed >= _pauses.Length)
            {
                _failed.Remove(id);
                return null;
            }

            if (_failed.Count >= MostRemembered)
            {
                _failed.Clear(); // Files that were withdrawn while they waited.
            }

            _failed[id] = (stamp, failed + 1);
            return _pauses[failed];
        }
    }

    public void Forget(string id)
    {
        lock (_gate)
        {
            _failed.Remove(id);
        }
    }
}
