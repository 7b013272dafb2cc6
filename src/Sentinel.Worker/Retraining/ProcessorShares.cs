using Sentinel.Core.Torch;

namespace Sentinel.Worker.Retraining;

/// <summary>Threads for inspection and for each training while trainings run.</summary>
/// <param name="Inspection">For the host; null sets no limit.</param>
/// <param name="Training">For each trainer; null sets no limit.</param>
internal sealed record ProcessorShares(int? Inspection, int? Training)
{
    /// <summary>The shares on this machine.</summary>
    public static ProcessorShares Here(SentinelOptions options) => Of(Processors.Allowed, Processors.HaveQuota, options.TrainingsAtOnce);

    /// <summary>
    /// Under a quota inspection and trainings divide it equally, and what cannot be divided goes to inspection; each has one thread at least, so
    /// a quota smaller than the number of trainings and one more is exceeded. Without a quota all take every core: the trainer's niceness lets inspection go first, and the trainer uses what
    /// inspection leaves.
    /// </summary>
    /// <param name="processors">How many may be used.</param>
    /// <param name="haveQuota">Whether the machine has more cores than that.</param>
    /// <param name="trainings">How many run at once at most.</param>
    public static ProcessorShares Of(int processors, bool haveQuota, int trainings)
    {
        if (!haveQuota)
        {
            return new ProcessorShares(null, null);
        }

        var training = Math.Max(1, processors / (trainings + 1));
        return new ProcessorShares(Math.Max(1, processors - (training * trainings)), training);
    }
}
