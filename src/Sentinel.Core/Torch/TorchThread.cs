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

    /// <param name="threads">Cores one operation may use; 0 leaves Torch's own choice.</param>
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
                using var scope = torch.NewDisposeScope();
                done.SetResult(work());
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

    /// <summary>Finishes the work already asked for, then ends the thread.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Work(int threads)
    {
        WaitPolicy.Passive();
        if (threads > 0)
        {
            torch.set_num_threads(threads);
        }

        Nnpack.TurnOff();
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
