using System.Diagnostics;
using System.Reflection;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Torch;

/// <summary>TorchSharp's numbers must live until Torch has read them: docs/decisions/0008.</summary>
public sealed class NumbersInUseTests : IDisposable
{
    private readonly TorchThread _torch = new(threads: 1);

    [Fact]
    public void TorchSharp_is_left_unoptimised() =>
        typeof(torch).Assembly.GetCustomAttribute<DebuggableAttribute>().ShouldNotBeNull().IsJITOptimizerDisabled.ShouldBeTrue();

    /// <summary>With TorchSharp as it comes, 374 of 360,000 rounds of this threw.</summary>
    [Fact]
    public void A_collection_of_garbage_in_the_middle_of_a_call_changes_nothing()
    {
        using var stop = new CancellationTokenSource();
        var collecting = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collecting.Start();

        var right = _torch.Run(() =>
        {
            using var scope = NewDisposeScope();
            var ones = torch.ones(1000);
            return Enumerable.Range(0, 50_000).Count(_ => Round(ones) == 1.75f);
        });

        stop.Cancel();
        collecting.Join();
        right.ShouldBe(50_000);

        static float Round(Tensor ones)
        {
            using var scope = NewDisposeScope();
            var bent = nn.functional.leaky_relu(((ones + 2.5) * 0.5) - 3.0, 0.1);
            return bent.add_(1.0).mul_(2.0)[0].item<float>();
        }
    }

    public void Dispose() => _torch.Dispose();
}
