using System.Diagnostics;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Torch;
using Sentinel.Core.Training.Corruption;
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
    private const double DrawingShare = 0.4;
    private const int MostSteps = 800;
    private const int GoodPerStep = 8, DefectivePerStep = 16;
    private const double PeakRate = 2e-3, Decay = 1e-4;
    private const double SmallestChange = 0.02;
    private const double SmallestCover = 0.3;
    private const double DefectWeight = 3;

    private readonly Random _random = new(seed);
    private readonly Corruptor _corruptor = new(new Hairline(), new Speck());

    /// <param name="seen">Of each look the raw errors of the pictures, [N, K, h, w]; deviations take their place.</param>
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
        List<Tensor> good, defective;
        Tensor truth;
        using (no_grad())
        {
            var folds = Enumerable.Range(0, Folds).Select(fold => FitWithout(fold, seen, sharing)).ToList();
            good = [.. seen.Select((errors, look) => Through(folds, errors, look))];
            (defective, truth) = Draw(folds, most, () => steps is null && clock.Elapsed > budget * DrawingShare, onStep);
        }

        Learn(good, defective, truth, used => steps is { } limit ? (double)used / limit : Math.Max((double)used / MostSteps, clock.Elapsed / budget), onStep);
    }

    private List<NormalErrors> FitWithout(int fold, IReadOnlyList<Tensor> seen, IReadOnlyList<Sharing> sharing)
    {
        using var scope = NewDisposeScope();
        long[] others = [.. Enumerable.Range(0, pictures.Count).Where(i => i % Folds != fold).Select(i => (long)i)];
        return [.. seen.Select((errors, look) =>
        {
            var normal = NormalErrors.Fit(errors.index_select(0, tensor(others)), sharing[look]);
            return new NormalErrors(normal.Mean.MoveToOuterDisposeScope(), normal.Spread.MoveToOuterDisposeScope(), normal.Whitening.MoveToOuterDisposeScope());
        })];
    }

    /// <summary>Puts in the place of every good image's errors its deviations from what the images of the other folds show.</summary>
    private Tensor Through(List<List<NormalErrors>> folds, Tensor errors, int look)
    {
        for (var i = 0; i < pictures.Count; i++)
        {
            using var scope = NewDisposeScope();
            var one = errors.narrow(0, i, 1);
            one.copy_(folds[i % Folds][look].Whitened(one.to_type(ScalarType.Float32)));
        }

        return errors;
    }

    /// <summary>Good images with defects drawn on them: their deviations by look, and which cells of the finest look are covered.</summary>
    private (List<Tensor> Deviations, Tensor Truth) Draw(List<List<NormalErrors>> folds, int most, Func<bool> isTimeUp, Action onStep)
    {
        var deviations = model.Looks.Select(_ => new List<Tensor>()).ToList();
        var truth = new List<Tensor>();
        for (var drawn = 0; drawn < most && (drawn < FewestDefective || !isTimeUp()); drawn++)
        {
            onStep();
            using var scope = NewDisposeScope();
            var (image, covered) = Corrupt(pictures[drawn % pictures.Count].Standard);
            truth.Add(covered.MoveToOuterDisposeScope());
            var comparison = model.Compare(image);
            foreach (var (index, look) in model.Looks.Index())
            {
                var seen = folds[drawn % pictures.Count % Folds][index].Whitened(look.Raw(comparison));
                deviations[index].Add(seen.to_type(ScalarType.Float16).MoveToOuterDisposeScope());
            }
        }

        return (deviations.ConvertAll(Pieces.Join), Pieces.Join(truth));
    }

    private (StandardImage Image, Tensor Covered) Corrupt(StandardImage good)
    {
        var canvas = Canvas.Over(good);
        _corruptor.Corrupt(canvas, Canvas.Over(pictures[_random.Next(pictures.Count)].Standard), _random);
        long[] shape = [1, good.Channels, good.Height, good.Width];
        var change = (tensor(canvas.Samples, shape) - tensor(good.Samples, shape)).abs().amax([1], keepdim: true).gt(SmallestChange).to_type(ScalarType.Float32);
        var cells = model.Looks[^1].Cells;
        var covered = functional.adaptive_max_pool2d(functional.avg_pool2d(change, 3, stride: 1, padding: 1), [cells.Height, cells.Width]);
        return (good with { Samples = canvas.Samples }, covered.gt(SmallestCover).to_type(ScalarType.Float32));
    }

    private void Learn(List<Tensor> good, List<Tensor> defective, Tensor truth, Func<long, double> used, Action onStep)
    {
        var head = model.Head;
        using var optimizer = optim.Adam(head.parameters(), weight_decay: Decay);
        using var weight = tensor((float)DefectWeight);
        head.train();
        long steps = 0;
        for (var share = 0.0; share < 1; share = used(++steps))
        {
            onStep();
            using var scope = NewDisposeScope();
            var (clean, drawn) = (Pick(GoodPerStep, good[0].shape[0]), Pick(DefectivePerStep, truth.shape[0]));
            IReadOnlyList<Tensor> input = [.. good.Zip(defective, (a, b) => cat([a.index_select(0, clean), b.index_select(0, drawn)], 0).to_type(ScalarType.Float32))];
            var cells = truth.index_select(0, drawn);
            var target = cat([zeros([GoodPerStep, 1, cells.shape[2], cells.shape[3]]), cells], 0);
            (input, target) = Mirrored(input, target);
            var loss = functional.binary_cross_entropy_with_logits(head.call(input), target, pos_weights: weight);
            loss.backward();
            optimizer.Step(PeakRate * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * share))));
        }

        head.eval();
    }

    private Tensor Pick(int count, long from) => tensor(Enumerable.Range(0, count).Select(_ => _random.NextInt64(from)).ToArray());

    /// <summary>The head judges deviations, not pictures: which way up they lie makes no difference to what is a defect.</summary>
    private (IReadOnlyList<Tensor> Input, Tensor Target) Mirrored(IReadOnlyList<Tensor> input, Tensor target)
    {
        long[] sides = [.. new long[] { 2, 3 }.Where(_ => _random.Next(2) == 0)];
        return sides.Length == 0 ? (input, target) : ([.. input.Select(look => look.flip(sides))], target.flip(sides));
    }
}
