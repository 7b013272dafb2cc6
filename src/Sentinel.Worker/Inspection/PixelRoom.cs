namespace Sentinel.Worker.Inspection;

/// <summary>
/// Room for decoded images: while it is full the next one waits. An image larger than the whole room gets in when it is alone.
/// </summary>
internal sealed class PixelRoom(long pixels)
{
    private readonly Lock _gate = new();
    private long _taken;
    private TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits for room and takes it.</summary>
    public async Task EnterAsync(long wanted, CancellationToken cancel)
    {
        while (true)
        {
            Task left;
            lock (_gate)
            {
                if (_taken == 0 || _taken + wanted <= pixels)
                {
                    _taken += wanted;
                    return;
                }

                left = _left.Task;
            }

            await left.WaitAsync(cancel);
        }
    }

    public void Leave(long given)
    {
        lock (_gate)
        {
            _taken -= given;
            _left.SetResult();
            _left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
