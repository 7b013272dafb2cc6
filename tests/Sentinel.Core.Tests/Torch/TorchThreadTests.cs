using Sentinel.Core.Torch;
using TorchSharp;

namespace Sentinel.Core.Tests.Torch;

public sealed class TorchThreadTests
{
    [Fact]
    public async Task Work_runs_on_one_thread_in_the_order_it_was_asked_for()
    {
        using var torch = new TorchThread();
        var seen = new List<(int Number, int Thread)>();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => torch.RunAsync(() =>
        {
            seen.Add((number, Environment.CurrentManagedThreadId));
            return true;
        })));

        seen.Select(entry => entry.Number).ShouldBe(Enumerable.Range(0, 50));
        seen.Select(entry => entry.Thread).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void Tensors_made_in_work_are_gone_after_it()
    {
        using var thread = new TorchThread();

        var alive = thread.Run(() => torch.ones(10));

        alive.IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public async Task A_fault_reaches_the_caller_and_the_thread_goes_on()
    {
        using var thread = new TorchThread();

        await Should.ThrowAsync<InvalidOperationException>(() => thread.RunAsync<int>(() => throw new InvalidOperationException("no")));

        thread.Run(() => torch.ones(4).sum().item<float>()).ShouldBe(4);
    }
}
