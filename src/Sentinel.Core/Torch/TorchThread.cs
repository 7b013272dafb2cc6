using System.Collections.Concurrent;
using TorchSharp;

namespace Sentinel.Core.Torch;

/// <summary>
/// The one thread that talks to Torch. Dispose scopes, inference mode and OpenMP teams belong to a thread, so one thread makes them right
/// by construction (TorchSharp#941). Work is done in the order in which it was asked for; nothing is left to finalizers.
/// </summary>
public sealed class TorchThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    /// <summary>Read and written by any thread; those below by the Torch thread alone.</summary>
    private int _limit = int.MaxValue;
    private int _kept = int.MaxValue;
    private int? _unlimited;
    private bool _isPrepared;

    /// <param name="threads">Cores one operation may use; 0 leaves Torch's own choice, which is at most <see cref="Processors.Allowed"/>.</param>
    public TorchThread(int threads = 0)
    {
        _thread = new Thread(() => Work(threads)) { IsBackground = true, Name = "torch" };
        _thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> on the thread. Every tensor it makes and does not detach from the scope is gone afterwards.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                Prepare();
                KeepLimit();
                done.SetResult(InScope(work));
            }
            catch (Exception fault)
            {
                done.SetException(fault);
            }
        });
        return done.Task;
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public T Run<T>(Func<T> work) => RunAsync(work).GetAwaiter().GetResult();

    /// <summary>From the next work on, an operation uses this many cores at most. Null takes the limit away.</summary>
    public void Limit(int? threads) => Volatile.Write(ref _limit, threads ?? int.MaxValue);

    /// <summary>Finishes the work already asked for, then ends the thread.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Work(int threads)
    {
        OpenMPSettings.Apply();
        if (threads > 0)
        {
            torch.set_num_threads(threads);
        }

        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }

    /// <summary>In the first work, so that whoever asked for it is told when the native libraries cannot be loaded.</summary>
    private void Prepare()
    {
        if (!_isPrepared)
        {
            Nnpack.TurnOff();
            _isPrepared = true;
        }
    }

    /// <summary>The scope has ended when the caller gets the result.</summary>
    private static T InScope<T>(Func<T> work)
    {
        using var scope = torch.NewDisposeScope();
        return work();
    }

    private void KeepLimit()
    {
        var limit = Volatile.Read(ref _limit);
        if (limit == _kept)
        {
            return;
        }

        _unlimited ??= torch.get_num_threads();
        torch.set_num_threads(Math.Min(limit, _unlimited.Value));
        _kept = limit;
    }
}
