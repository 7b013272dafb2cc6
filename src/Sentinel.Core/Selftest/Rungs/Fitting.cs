using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Selftest.Rungs;

/// <summary>How every rung below the autoencoder proper learns: Adam, mean squared error, a cosine over a fixed number of steps.</summary>
internal static class Fitting
{
    /// <summary>Fits from weights that the generator draws, then computes the last gradient again: forwards and backwards must give the same bits.</summary>
    /// <param name="network">The network.</param>
    /// <param name="draw">One batch: what the network sees and what it is to say.</param>
    /// <param name="steps">Steps to take.</param>
    /// <param name="rate">Highest learning rate.</param>
    /// <param name="generator">Draws the weights.</param>
    /// <param name="attempt">Watches the machine.</param>
    public static void Fit(Module<Tensor, Tensor> network, Func<(Tensor Input, Tensor Target)> draw, int steps, double rate, Generator generator, Attempt attempt)
    {
        Begin(network, generator);
        steps = Math.Min(steps, attempt.MostSteps);
        using var optimizer = optim.Adam(network.parameters());
        for (var step = 1; step <= steps; step++)
        {
            using var scope = NewDisposeScope();
            var (input, target) = draw();
            var loss = Backward(network, input, target);
            optimizer.Step(rate * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * step / steps))));
            attempt.Step(step, steps, loss);
        }

        using var last = NewDisposeScope();
        var (again, wanted) = draw();
        attempt.Twice(() =>
        {
            Backward(network, again, wanted);
            return cat([.. network.parameters().Select(parameter => parameter.grad!.flatten())]).ToArray();
        });
    }

    /// <summary>What the network says, computed twice.</summary>
    public static float[] Predict(Module<Tensor, Tensor> network, Tensor input, Attempt attempt) => attempt.Twice(() =>
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        return network.call(input).ToArray();
    });

    public static float[] ToArray(this Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    /// <summary>Uniform with a variance of 1/inputs (LeCun 1998), from a generator that nothing else draws from.</summary>
    private static void Begin(Module<Tensor, Tensor> network, Generator generator)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var bound = 1.0;
        foreach (var parameter in network.parameters())
        {
            bound = parameter.dim() > 1 ? Math.Sqrt(3.0 * parameter.shape[0] / parameter.numel()) : bound;
            parameter.copy_((rand(parameter.shape, generator: generator) * 2 - 1) * bound);
        }
    }

    private static float Backward(Module<Tensor, Tensor> network, Tensor input, Tensor target)
    {
        network.zero_grad();
        var loss = functional.mse_loss(network.call(input), target);
        loss.backward();
        return loss.item<float>();
    }
}
