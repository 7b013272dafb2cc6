using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Tests.Torch;

public sealed class LastingNumbersTests : IDisposable
{
    private readonly TorchThread _torch = new(threads: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Adam_takes_the_steps_of_the_one_that_comes_with_TorchSharp(double decay)
    {
        var ours = Weights(60, network =>
        {
            var adam = new LastingAdam(network.parameters(), decay);
            return () => adam.Step(0.01);
        });
        var theirs = Weights(60, network =>
        {
            var adam = optim.Adam(network.parameters(), 0.01, weight_decay: decay);
            return () =>
            {
                adam.step();
                adam.zero_grad();
            };
        });

        ours.Zip(theirs).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        ours.Zip(Weights(0, _ => () => { })).ShouldContain(pair => Math.Abs(pair.First - pair.Second) > 0.1);
    }

    [Fact]
    public void The_rectifier_lets_a_tenth_of_what_is_negative_through() =>
        _torch.Run(() => new LastingLeakyReLU().call(tensor(new float[] { -2, 0, 3 })).data<float>().ToArray()).ShouldBe([-0.2f, 0, 3]);

    [Fact]
    public void A_collection_of_garbage_in_the_middle_of_a_call_changes_nothing()
    {
        var undisturbed = Weights(1500, Adam);
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

        var disturbed = Weights(1500, Adam);

        stop.Cancel();
        collecting.Join();
        disturbed.ShouldBe(undisturbed);

        static Action Adam(Module network)
        {
            var adam = new LastingAdam(network.parameters());
            return () => adam.Step(0.01);
        }
    }

    public void Dispose() => _torch.Dispose();

    private float[] Weights(int steps, Func<Module, Action> optimizer) => _torch.Run(() =>
    {
        using var generator = new Generator(5);
        using var network = Sequential(("first", Linear(4, 8)), ("bend", new LastingLeakyReLU()), ("out", Linear(8, 2)));
        using (no_grad())
        {
            foreach (var parameter in network.parameters())
            {
                parameter.copy_(randn(parameter.shape, generator: generator));
            }
        }

        var (input, target) = (randn([16, 4], generator: generator), randn([16, 2], generator: generator));
        var step = optimizer(network);
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            functional.mse_loss(network.call(input), target).backward();
            step();
        }

        return cat([.. network.parameters().Select(parameter => parameter.detach().flatten())]).data<float>().ToArray();
    });
}
