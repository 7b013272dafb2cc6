using static TorchSharp.torch.optim;

namespace Sentinel.Core.Torch;

internal static class OptimizerSteps
{
    /// <summary>Takes one step along the gradients at this learning rate, then forgets them.</summary>
    public static void Step(this Optimizer optimizer, double rate)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }

        optimizer.step();
        optimizer.zero_grad();
    }
}
