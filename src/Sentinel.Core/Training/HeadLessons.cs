using Sentinel.Core.Detection;
using Sentinel.Core.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Training;

/// <summary>
/// What one product has to teach a defect head: its good images, and such with drawn defects. What is normal was learnt from the same images and knows
/// them too well; so each is seen through what the others show (three folds), as a new one will be.
/// </summary>
internal sealed class HeadLessons : IDisposable
{
    private const int Folds = 3;
    private const int GoodPerStep = 8; // Of the smallest images, and twice as many defective ones; of larger ones fewer, for as many steps in the time.

    private readonly int _pictures;
    private readonly int _goodPerStep;
    private readonly Random _random;
    private readonly SeenImages _good;
    private readonly DrawnDefects _defective;

    /// <param name="model">Its looks say what is seen.</param>
    /// <param name="pictures">Good ones.</param>
    /// <param name="seen">Of each look the raw errors of the pictures, [N, K, h, w]; they are disposed of, to make room.</param>
    /// <param name="sharing">Of each look how much its positions share.</param>
    /// <param name="capacity">How many images with drawn defects are kept.</param>
    /// <param name="random">Source of every choice.</param>
    public HeadLessons(
        DetectionModel model, IReadOnlyList<GoodPicture> pictures, IReadOnlyList<Tensor> seen, IReadOnlyList<Sharing> sharing, int capacity, Random random)
    {
        using var noGradient = no_grad();
        (_pictures, _random) = (pictures.Count, random);
        _goodPerStep = Math.Max(1, (int)Math.Round(GoodPerStep * Measuring.ShareOfSmall(model.Rules)));
        var folds = Enumerable.Range(0, Folds).Select(fold => FitWithout(fold, seen, sharing)).ToList();
        _good = Through(folds, model.Looks, seen);
        _defective = new DrawnDefects(model, pictures, folds, capacity, random);
    }

    /// <summary>How many images with drawn defects there are.</summary>
    public int Drawn => _defective.Count;

    /// <summary>Parts of images in each <see cref="Loss"/>.</summary>
    public int PartsAtOnce => 3 * _goodPerStep;

    /// <summary>Draws one more; the oldest goes when there is no room. Only while the scope lasts in which this was made.</summary>
    public void DrawOne() => _defective.DrawOne();

    /// <summary>
    /// How wrong a head is about some of them, drawn anew at every call: the binary cross-entropy over the positions of parts of good images and, twice
    /// as many, of defective ones. A quarter of the pixels takes a quarter of the time, and more steps teach more.
    /// </summary>
    public Tensor Loss(DefectHead head, ScalarType precision)
    {
        var (seen, target) = Batch();
        var input = new HeadInput([.. seen.Seen.Select(look => look.to_type(precision))], [.. seen.OverImage.Select(mean => mean.to_type(precision))]);
        return functional.binary_cross_entropy_with_logits(head.call(input), target);
    }

    public void Dispose()
    {
        _good.Dispose();
        _defective.Dispose();
    }

    private IReadOnlyList<NormalErrors> FitWithout(int fold, IReadOnlyList<Tensor> seen, IReadOnlyList<Sharing> sharing)
    {
        using var scope = NewDisposeScope();
        long[] others = [.. Enumerable.Range(0, _pictures).Where(i => i % Folds != fold).Select(i => (long)i)];
        return [.. seen.Select((errors, look) => NormalErrors.Fit(Pieces.Rows(errors, others), sharing[look]).MoveToOuterScope())];
    }

    private SeenImages Through(IReadOnlyList<IReadOnlyList<NormalErrors>> folds, IReadOnlyList<ErrorMap> looks, IReadOnlyList<Tensor> seen)
    {
        var good = new SeenImages(looks, _pictures);
        foreach (var (look, errors) in seen.Index())
        {
            for (var i = 0; i < _pictures; i++)
            {
                using var scope = NewDisposeScope();
                good.Put(i, look, folds[i % Folds][look].Whitened(errors.narrow(0, i, 1).to_type(ScalarType.Float32)));
            }

            errors.Dispose();
        }

        return good;
    }

    private (HeadInput Seen, Tensor Target) Batch()
    {
        var (columns, rows) = _good.Coarsest;
        var (clean, drawn) = (Pick(_goodPerStep, _pictures), Pick(2 * _goodPerStep, Drawn));
        var around = drawn.ConvertAll(_defective.CropOf);
        var (ofGood, ofDefective) = (_good.Cut(clean, clean.ConvertAll(_ => Crop.Anywhere(rows, columns, _random))), _defective.Seen.Cut(drawn, around));
        var cells = cat([.. drawn.Zip(around, (row, crop) => crop.Of(_defective.Truth.narrow(0, row, 1), rows))], 0);
        var target = cat([zeros([_goodPerStep, .. cells.shape[1..]]), cells], 0);

        // The head judges deviations, not pictures: which way up they lie makes no difference to what is a defect.
        long[] sides = [.. new long[] { 2, 3 }.Where(_ => _random.Next(2) == 0)];
        var seen = Joined(ofGood.Seen, ofDefective.Seen).Select(look => sides.Length == 0 ? look : look.flip(sides));
        return (new HeadInput([.. seen], [.. Joined(ofGood.OverImage, ofDefective.OverImage)]), sides.Length == 0 ? target : target.flip(sides));

        static IEnumerable<Tensor> Joined(IReadOnlyList<Tensor> one, IReadOnlyList<Tensor> other) => one.Zip(other, (a, b) => cat([a, b], 0));
    }

    private List<int> Pick(int count, int from) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(from))];
}
