using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>How a defect head learns from lessons, of one product or of many: Adam with one cosine over its time.</summary>
internal sealed class HeadLearning : IDisposable
{
    private const double PeakRate = 2e-3, Decay = 1e-4;

    private readonly DefectHead _head;
    private readonly StepGuard _guard = new("defect head", Precision.Auto.ToScalarType());
    private readonly optim.Optimizer _optimizer;

    public HeadLearning(DefectHead head)
    {
        _head = head;
        _optimizer = optim.Adam(head.parameters(), weight_decay: Decay);
        head.train();
    }

    public long Steps { get; private set; }

    /// <summary>Steps among them that gave no finite numbers and changed nothing.</summary>
    public long SkippedSteps => _guard.Skipped;

    /// <param name="lessons">Some of these.</param>
    /// <param name="used">Share of the time that is over, 0..1.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="MachineFaultException">The machine gives no finite numbers.</exception>
    public double Step(HeadLessons lessons, double used)
    {
        using var scope = NewDisposeScope();
        var loss = lessons.Loss(_head, _guard.Precision);
        loss.backward();
        var value = loss.item<float>();
        var gradient = nn.utils.clip_grad_norm_(_head.parameters(), double.PositiveInfinity); // Measured, not clipped.
        _guard.Take(_optimizer, _head.parameters(), value, gradient, PeakRate * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * used))));
        Steps++;
        return value;
    }

    /// <summary>Ends the learning: from here on the head judges.</summary>
    public void Dispose()
    {
        _optimizer.Dispose();
        _head.eval();
    }
}
