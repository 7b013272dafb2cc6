using System.Diagnostics;
using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Training;

/// <summary>
/// Teaches the defect head to tell drawn defects from what good images do by themselves. What is normal was learnt from the images it is fitted to
/// and knows them too well; so each image is seen through what the others show (three folds), as a new one will be.
/// </summary>
internal sealed class HeadTraining(DetectionModel model, IReadOnlyList<GoodPicture> pictures, int seed)
{
    private const int Folds = 3;
    private const int FewestDefective = 40;
    private const double DrawingShare = 0.25; // Of the budget, before the first step.
    private const int StepsPerDrawing = 2; // One takes nearly as long as a step.
    private const int MostSteps = 1600;
    private const int GoodPerStep = 8; // Of the smallest images, and twice as many defective ones; of larger ones fewer, for as many steps in the time.
    private const double PeakRate = 2e-3, Decay = 1e-4;
    private const double DefectWeight = 3;

    private readonly Random _random = new(seed);

    /// <param name="seen">Of each look the raw errors of the pictures, [N, K, h, w]; they are disposed of.</param>
    /// <param name="sharing">Of each look how much its positions share.</param>
    /// <param name="budget">Time for drawing and learning, more than none.</param>
    /// <param name="steps">Ends the learning sooner, and makes it independent of the clock.</param>
    /// <param name="onStep">Called after every image and step.</param>
    public void Run(IReadOnlyList<Tensor> seen, IReadOnlyList<Sharing> sharing, TimeSpan budget, long? steps, Action onStep)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var most = Measuring.MostKept(model.Rules);
        most = steps is { } few ? (int)Math.Min(most, FewestDefective + 4 * few) : most;
        IReadOnlyList<Tensor> good;
        DrawnDefects drawn;
        using (no_grad())
        {
            var folds = Enumerable.Range(0, Folds).Select(fold => FitWithout(fold, seen, sharing)).ToList();
            good = [.. seen.Select((errors, look) => Through(folds, errors, look))];
            drawn = new DrawnDefects(model, pictures, folds, most, _random);
        }

        while (drawn.Count < most && (drawn.Count < FewestDefective || steps is not null || clock.Elapsed < budget * DrawingShare))
        {
            onStep();
            drawn.DrawOne();
        }

        Learn(good, drawn, used => steps is { } limit ? (double)used / limit : Math.Max((double)used / MostSteps, clock.Elapsed / budget), onStep);
    }

    private IReadOnlyList<NormalErrors> FitWithout(int fold, IReadOnlyList<Tensor> seen, IReadOnlyList<Sharing> sharing)
    {
        using var scope = NewDisposeScope();
        long[] others = [.. Enumerable.Range(0, pictures.Count).Where(i => i % Folds != fold).Select(i => (long)i)];
        return [.. seen.Select((errors, look) => NormalErrors.Fit(Pieces.Rows(errors, others), sharing[look]).MoveToOuterScope())];
    }

    /// <summary>What the head sees of every good image: its deviations from what the images of the other folds show. Gives the errors up, to make room.</summary>
    private Tensor Through(IReadOnlyList<IReadOnlyList<NormalErrors>> folds, Tensor errors, int look)
    {
        var seen = empty([errors.shape[0], errors.shape[1] + 1, .. errors.shape[2..]], ScalarType.Float16);
        for (var i = 0; i < pictures.Count; i++)
        {
            using var scope = NewDisposeScope();
            seen[i] = DefectHead.Seen(folds[i % Folds][look].Whitened(errors.narrow(0, i, 1).to_type(ScalarType.Float32)))[0].to_type(ScalarType.Float16);
        }

        errors.Dispose();
        return seen;
    }

    private void Learn(IReadOnlyList<Tensor> good, DrawnDefects defective, Func<long, double> used, Action onStep)
    {
        var head = model.Head;
        using var optimizer = optim.Adam(head.parameters(), weight_decay: Decay);
        using var weight = tensor((float)DefectWeight);
        head.train();
        var goodPerStep = Math.Max(1, (int)Math.Round(GoodPerStep * Measuring.ShareOfSmall(model.Rules)));
        long steps = 0;
        for (var share = 0.0; share < 1; share = used(++steps))
        {
            onStep();
            using var scope = NewDisposeScope();
            var (clean, drawn) = (Pick(goodPerStep, good[0].shape[0]), Pick(2 * goodPerStep, defective.Count));
            IReadOnlyList<Tensor> input = [.. good.Zip(defective.Seen, (a, b) => cat([Pieces.Rows(a, clean), Pieces.Rows(b, drawn)], 0).to_type(ScalarType.Float32))];
            var cells = Pieces.Rows(defective.Truth, drawn);
            var target = cat([zeros([goodPerStep, 1, cells.shape[2], cells.shape[3]]), cells], 0);
            (input, target) = Mirrored(input, target);
            var loss = functional.binary_cross_entropy_with_logits(head.call(input), target, pos_weights: weight);
            loss.backward();
            optimizer.Step(PeakRate * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * share))));
            if (steps % StepsPerDrawing == 0)
            {
                defective.DrawOne();
            }
        }

        head.eval();
    }

    private long[] Pick(int count, long from) => [.. Enumerable.Range(0, count).Select(_ => _random.NextInt64(from))];

    /// <summary>The head judges deviations, not pictures: which way up they lie makes no difference to what is a defect.</summary>
    private (IReadOnlyList<Tensor> Input, Tensor Target) Mirrored(IReadOnlyList<Tensor> input, Tensor target)
    {
        long[] sides = [.. new long[] { 2, 3 }.Where(_ => _random.Next(2) == 0)];
        return sides.Length == 0 ? (input, target) : ([.. input.Select(look => look.flip(sides))], target.flip(sides));
    }
}
