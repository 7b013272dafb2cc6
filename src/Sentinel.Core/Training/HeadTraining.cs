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
    private const int StepsPerDrawing = 4; // One takes as long as three steps.
    private const int FewestSteps = 200; // Whatever the budget: a head that has not learnt points away from defects as often as at them.
    private const int MostSteps = 4000;
    private const int GoodPerStep = 8; // Of the smallest images, and twice as many defective ones; of larger ones fewer, for as many steps in the time.
    private const double PeakRate = 2e-3, Decay = 1e-4;

    private readonly Random _random = new(seed);

    /// <param name="seen">Of each look the raw errors of the pictures, [N, K, h, w]; they are disposed of.</param>
    /// <param name="sharing">Of each look how much its positions share.</param>
    /// <param name="budget">Time for drawing and learning, more than none; overrun where it does not suffice for the fewest steps.</param>
    /// <param name="steps">Ends the learning sooner, and makes it independent of the clock.</param>
    /// <param name="onStep">Called after every image and step.</param>
    public void Run(IReadOnlyList<Tensor> seen, IReadOnlyList<Sharing> sharing, TimeSpan budget, long? steps, Action onStep)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var most = Measuring.MostKept(model.Rules);
        most = steps is { } few ? (int)Math.Min(most, FewestDefective + 4 * few) : most;
        SeenImages good;
        DrawnDefects drawn;
        using (no_grad())
        {
            var folds = Enumerable.Range(0, Folds).Select(fold => FitWithout(fold, seen, sharing)).ToList();
            good = Through(folds, seen);
            drawn = new DrawnDefects(model, pictures, folds, most, _random);
        }

        while (drawn.Count < most && (drawn.Count < FewestDefective || steps is not null || clock.Elapsed < budget * DrawingShare))
        {
            onStep();
            drawn.DrawOne();
        }

        Learn(good, drawn, used => steps is { } limit
            ? (double)used / limit
            : Math.Max((double)used / MostSteps, Math.Min((double)used / FewestSteps, clock.Elapsed / budget)), onStep);
    }

    private IReadOnlyList<NormalErrors> FitWithout(int fold, IReadOnlyList<Tensor> seen, IReadOnlyList<Sharing> sharing)
    {
        using var scope = NewDisposeScope();
        long[] others = [.. Enumerable.Range(0, pictures.Count).Where(i => i % Folds != fold).Select(i => (long)i)];
        return [.. seen.Select((errors, look) => NormalErrors.Fit(Pieces.Rows(errors, others), sharing[look]).MoveToOuterScope())];
    }

    /// <summary>What the head sees of every good image: its deviations from what the images of the other folds show. Gives the errors up, to make room.</summary>
    private SeenImages Through(IReadOnlyList<IReadOnlyList<NormalErrors>> folds, IReadOnlyList<Tensor> seen)
    {
        var good = new SeenImages(model.Looks, pictures.Count);
        foreach (var (look, errors) in seen.Index())
        {
            for (var i = 0; i < pictures.Count; i++)
            {
                using var scope = NewDisposeScope();
                good.Put(i, look, folds[i % Folds][look].Whitened(errors.narrow(0, i, 1).to_type(ScalarType.Float32)));
            }

            errors.Dispose();
        }

        return good;
    }

    private void Learn(SeenImages good, DrawnDefects defective, Func<long, double> used, Action onStep)
    {
        var head = model.Head;
        var precision = Precision.Auto.ToScalarType();
        using var optimizer = optim.Adam(head.parameters(), weight_decay: Decay);
        head.train();
        var goodPerStep = Math.Max(1, (int)Math.Round(GoodPerStep * Measuring.ShareOfSmall(model.Rules)));
        long steps = 0;
        for (var share = 0.0; share < 1; share = used(++steps))
        {
            onStep();
            using var scope = NewDisposeScope();
            var (seen, target) = Batch(good, defective, goodPerStep);
            var input = new HeadInput([.. seen.Seen.Select(look => look.to_type(precision))], [.. seen.OverImage.Select(mean => mean.to_type(precision))]);
            var loss = functional.binary_cross_entropy_with_logits(head.call(input), target);
            loss.backward();
            optimizer.Step(PeakRate * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * share))));
            if (steps % StepsPerDrawing == 0)
            {
                defective.DrawOne();
            }
        }

        head.eval();
    }

    /// <summary>Parts of good images and, twice as many, of defective ones: a quarter of the pixels takes a quarter of the time, and more steps teach more.</summary>
    private (HeadInput Seen, Tensor Target) Batch(SeenImages good, DrawnDefects defective, int goodPerStep)
    {
        var (columns, rows) = good.Coarsest;
        var (clean, drawn) = (Pick(goodPerStep, pictures.Count), Pick(2 * goodPerStep, defective.Count));
        var around = drawn.ConvertAll(defective.CropOf);
        var (ofGood, ofDefective) = (good.Cut(clean, clean.ConvertAll(_ => Crop.Anywhere(rows, columns, _random))), defective.Seen.Cut(drawn, around));
        var cells = cat([.. drawn.Zip(around, (row, crop) => crop.Of(defective.Truth.narrow(0, row, 1), rows))], 0);
        var target = cat([zeros([goodPerStep, .. cells.shape[1..]]), cells], 0);

        // The head judges deviations, not pictures: which way up they lie makes no difference to what is a defect.
        long[] sides = [.. new long[] { 2, 3 }.Where(_ => _random.Next(2) == 0)];
        var seen = Joined(ofGood.Seen, ofDefective.Seen).Select(look => sides.Length == 0 ? look : look.flip(sides));
        return (new HeadInput([.. seen], [.. Joined(ofGood.OverImage, ofDefective.OverImage)]), sides.Length == 0 ? target : target.flip(sides));

        static IEnumerable<Tensor> Joined(IReadOnlyList<Tensor> one, IReadOnlyList<Tensor> other) => one.Zip(other, (a, b) => cat([a, b], 0));
    }

    private List<int> Pick(int count, int from) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(from))];
}
