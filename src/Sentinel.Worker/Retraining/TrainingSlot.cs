namespace Sentinel.Worker.Retraining;

/// <summary>
/// Leave to train on a data folder, for the host and for people at the command line alike: as many at once as <c>TrainingsAtOnce</c> says. It goes with the
/// process that holds it, also when that is killed.
/// </summary>
internal sealed class TrainingSlot : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly FileStream _file;

    private TrainingSlot(FileStream file) => _file = file;

    /// <param name="folders">The data folder.</param>
    /// <param name="slots">How many trainings may run at once.</param>
    /// <param name="onWait">Called once when all are taken.</param>
    /// <param name="time">What the waiting goes by.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async Task<TrainingSlot> TakeAsync(DataFolders folders, int slots, Action onWait, TimeProvider time, CancellationToken cancel)
    {
        Directory.CreateDirectory(folders.Root);
        for (var hasWaited = false; ; hasWaited = true)
        {
            if (TryTake(folders, slots) is { } slot)
            {
                return slot;
            }

            if (!hasWaited)
            {
                onWait();
            }

            await Task.Delay(_pause, time, cancel);
        }
    }

    public void Dispose() => _file.Dispose();

    private static TrainingSlot? TryTake(DataFolders folders, int slots)
    {
        for (var number = 1; number <= slots; number++)
        {
            var path = Path.Combine(folders.Root, $".training-{number}.lock");
            try
            {
                return new TrainingSlot(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException fault) when (fault is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
            {
                // Another training holds it.
            }
        }

        return null;
    }
}
