using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Core.Training;
using static TorchSharp.torch;

namespace Sentinel.Pretrain;

/// <summary>
/// Teaches a defect head what defects look like on any product: invented ones come and go, a few at a time, each measured as a real one is in its training.
/// </summary>
/// <param name="photographs">Files that products are made of.</param>
/// <param name="parts">Good parts that are measured of a product, about, and as many defective ones; a quarter more to choose settings by.</param>
/// <param name="random">Source of every choice but that of the noise.</param>
/// <param name="generator">Source of the noise.</param>
internal sealed class HeadPretraining(IReadOnlyList<string> photographs, int parts, Random random, Generator generator) : IDisposable
{
    private const int FewestProducts = 2; // Before the first step: one alone would be learnt by heart.
    private const int ProductsAtOnce = 20;
    private const int StepsPerProduct = 120; // Takes half of the time that making one takes.
    private const int CheckedWith = 3, LossesOfEach = 25;

    private readonly Queue<HeadLessons> _products = [];
    private readonly List<HeadLessons> _heldOut = [];

    public DefectHead Head { get; } = NewHead();

    /// <summary>How many products there were so far, but for those kept for checking.</summary>
    public int Products { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Parts of images learnt from so far.</summary>
    public long Parts { get; private set; }

    /// <summary>Running mean of the cross-entropy; NaN before the first step.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>Makes the products that nothing is learnt from.</summary>
    public void HoldOut()
    {
        while (_heldOut.Count < CheckedWith)
        {
            _heldOut.Add(NextProduct());
        }
    }

    /// <summary>Mean cross-entropy on them.</summary>
    public double Check()
    {
        using var noGradient = no_grad();
        Head.eval();
        return _heldOut.SelectMany(product => Enumerable.Range(0, LossesOfEach).Select(_ =>
        {
            using var scope = NewDisposeScope();
            return (double)product.Loss(Head, ScalarType.Float32).item<float>();
        })).Average();
    }

    /// <param name="used">Share of the time that is over.</param>
    /// <param name="onStep">Called after every step.</param>
    /// <param name="cancel">Ends it with <see cref="OperationCanceledException"/>.</param>
    public void Run(Func<double> used, Action onStep, CancellationToken cancel)
    {
        using var learning = new HeadLearning(Head);
        do
        {
            cancel.ThrowIfCancellationRequested();
            _products.Enqueue(NextProduct());
            Products++;
            if (_products.Count > ProductsAtOnce)
            {
                _products.Dequeue().Dispose();
            }

            for (var i = 0; _products.Count >= FewestProducts && i < StepsPerProduct && GoesOn(); i++)
            {
                cancel.ThrowIfCancellationRequested();
                var product = _products.ElementAt(random.Next(_products.Count));
                var loss = learning.Step(product, Math.Min(1, used()));
                Loss = double.IsNaN(Loss) ? loss : 0.98 * Loss + 0.02 * loss;
                (Steps, Parts) = (learning.Steps, Parts + product.PartsAtOnce);
                onStep();
            }
        }
        while (GoesOn());

        bool GoesOn() => used() < 1 || Steps == 0;
    }

    public void Dispose()
    {
        foreach (var product in _products.Concat(_heldOut))
        {
            product.Dispose();
        }

        Head.Dispose();
    }

    private static DefectHead NewHead()
    {
        using var model = new DetectionModel(new Architecture(), new() { Width = 256, Height = 256, Channels = 1 });
        return new DefectHead([.. model.Looks.Select(look => look.Channels)]);
    }

    private HeadLessons NextProduct()
    {
        using var scope = NewDisposeScope();
        var product = new InventedProduct(photographs, random, generator);
        var count = random.Next(parts * 3 / 4, parts * 5 / 4 + 1);
        var training = Enumerable.Range(0, count).Select(_ => product.NextPart()).ToList();
        var selection = Enumerable.Range(0, Math.Max(1, parts / 4)).Select(_ => product.NextPart()).ToList();
        using var model = new DetectionModel(new Architecture(), product.Rules);
        model.eval();
        using var looks = NormalErrorsFitting.Fit(model, model.Looks, training, selection, random.Next(), () => { });
        var lessons = new HeadLessons(model, training, looks.Seen, looks.Sharing, capacity: count, random);
        while (lessons.Drawn < count)
        {
            lessons.DrawOne();
        }

        return lessons;
    }
}
