using System.Diagnostics;
using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>Teaches the defect head to tell drawn defects from one product's own variation, for as long as it is given.</summary>
internal sealed class HeadTraining(DetectionModel model, IReadOnlyList<GoodPicture> pictures, int seed)
{
    private const int FewestDefective = 40;
    private const double DrawingShare = 0.25; // Of the budget, before the first step.
    private const int StepsPerDrawing = 4; // One takes as long as three steps.
    private const int FewestSteps = 200; // Whatever the budget: a head that has not learnt points away from defects as often as at them.
    private const int MostSteps = 4000;
    private const int MostStepsPerPicture = 20; // From there on it learns a few pictures by heart.

    /// <param name="seen">Of each look the raw errors of the pictures, [N, K, h, w]; they are disposed of.</param>
    /// <param name="sharing">Of each look how much its positions share.</param>
    /// <param name="budget">Time for drawing and learning, more than none; overrun where it does not suffice for the fewest steps.</param>
    /// <param name="steps">Ends the learning sooner, and makes it independent of the clock.</param>
    /// <param name="onStep">Called after every image and step.</param>
    /// <returns>Steps, and those among them that gave no finite numbers and changed nothing.</returns>
    /// <exception cref="MachineFaultException">The machine gives no finite numbers.</exception>
    public (long Steps, long Skipped) Run(IReadOnlyList<Tensor> seen, IReadOnlyList<Sharing> sharing, TimeSpan budget, long? steps, Action onStep)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var most = Measuring.MostKept(model.Rules);
        most = steps is { } few ? (int)Math.Min(most, FewestDefective + 4 * few) : most;
        using var lessons = new HeadLessons(model, pictures, seen, sharing, most, new Random(seed));
        while (lessons.Drawn < most && (lessons.Drawn < FewestDefective || steps is not null || clock.Elapsed < budget * DrawingShare))
        {
            onStep();
            lessons.DrawOne();
        }

        var enough = Math.Clamp(MostStepsPerPicture * pictures.Count, FewestSteps, MostSteps);
        using var learning = new HeadLearning(model.Head);
        for (var used = 0.0; used < 1; used = Used(learning.Steps))
        {
            onStep();
            learning.Step(lessons, used);
            if (learning.Steps % StepsPerDrawing == 0)
            {
                lessons.DrawOne();
            }
        }

        return (learning.Steps, learning.SkippedSteps);

        double Used(long taken) => steps is { } limit
            ? (double)taken / limit
            : Math.Max((double)taken / enough, Math.Min((double)taken / FewestSteps, clock.Elapsed / budget));
    }
}
