using Sentinel.Core.Detection;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>
/// Chooses how much each kind of evidence counts: the usual mixture, unless another ranks drawn defects of held-out families higher above good images by
/// more than chance would with so few of them.
/// </summary>
internal static class FusionChoice
{
    // With fewer good images the ranking says more about them than about the choice.
    private const int FewestToChoose = 12;
    private const int Defects = 40;

    /// <summary>Whether there is a choice; where there is none, what does not count need not be measured.</summary>
    /// <param name="selection">Good images to choose by.</param>
    public static bool IsOpen(int selection) => selection >= FewestToChoose;

    /// <summary>How many images are measured for it.</summary>
    /// <param name="selection">Good images to choose by.</param>
    public static int ImagesToMeasure(int selection) => selection + (IsOpen(selection) ? Defects : 0);

    /// <param name="model">With everything else learnt.</param>
    /// <param name="selection">Good pictures that nothing was fitted to.</param>
    /// <param name="repair">Whether errors of the repair are measured and may come to count.</param>
    /// <param name="seed">Of the defects drawn on them.</param>
    /// <param name="onImage">Called for every image that is measured.</param>
    /// <exception cref="MachineFaultException">Something else than finite numbers was measured.</exception>
    public static EvidenceWeights Learn(DetectionModel model, IReadOnlyList<GoodPicture> selection, bool repair, int seed, Action onImage)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var (fusion, choice) = (model.Fusion, EvidenceWeights.Usual);
        var good = selection.Select(picture => Measure(picture.Standard)).ToList();
        fusion.Learn(good[0].Keys.ToDictionary(kind => kind, PeaksOf));
        if (IsOpen(selection.Count))
        {
            var defects = new HeldOutDefects(seed);
            var defective = Enumerable.Range(0, Defects)
                .Select(i => Measure(defects.DrawOn(selection[i % selection.Count].Standard)))
                .ToList();
            choice = Best(fusion, good, defective);
        }

        fusion.Weigh(choice);
        return choice;

        Tensor PeaksOf(EvidenceKind kind)
        {
            var peaks = stack([.. good.Select(evidence => evidence[kind].max())]);
            return FiniteValues.AreAllOf(peaks) ? peaks : throw FiniteValues.Fault($"The evidence '{kind}' of good images is not a finite number");
        }

        Dictionary<EvidenceKind, Tensor> Measure(StandardImage image)
        {
            onImage();
            using var measuring = NewDisposeScope();
            return model.Evidence(model.Compare(image), kind => kind is not EvidenceKind.Repair || repair).ToDictionary(kind => kind.Key, kind => kind.Value.MoveToOuterDisposeScope());
        }
    }

    private static EvidenceWeights Best(Fusion fusion, List<Dictionary<EvidenceKind, Tensor>> good, List<Dictionary<EvidenceKind, Tensor>> defective)
    {
        var usual = Judge(EvidenceWeights.Usual);
        var others = EvidenceWeights.Others.Where(other => other.Repair == 0 || good[0].ContainsKey(EvidenceKind.Repair));
        return others.Select(Judge).Where(other => other.IsClearlyAbove(usual)).MaxBy(other => other.Area)?.Weights ?? EvidenceWeights.Usual;

        Ranking Judge(EvidenceWeights weights)
        {
            fusion.Weigh(weights);
            return new Ranking(weights, Peaks(good), Peaks(defective));
        }

        double[] Peaks(List<Dictionary<EvidenceKind, Tensor>> images) => [.. images.Select(PeakOf)];

        double PeakOf(Dictionary<EvidenceKind, Tensor> evidence)
        {
            var peak = fusion.Combine(evidence).max().item<float>();
            return float.IsFinite(peak) ? peak : throw FiniteValues.Fault("The score of a held-out image is not a finite number");
        }
    }

    /// <summary>The scores of the same images by one choice of weights.</summary>
    internal sealed record Ranking(EvidenceWeights Weights, double[] Good, double[] Defective)
    {
        public double Area { get; } = RocCurve.Area(Good, Defective);

        public bool IsClearlyAbove(Ranking other) => Area > other.Area && PairedBootstrap.Difference(Defective.Length, (defective, random) =>
        {
            var good = random.GetItems(Enumerable.Range(0, Good.Length).ToArray(), Good.Length);
            return AreaOf(good, defective) - other.AreaOf(good, defective);
        }).Low > 0;

        private double AreaOf(int[] good, int[] defective) => RocCurve.Area([.. good.Select(i => Good[i])], [.. defective.Select(i => Defective[i])]);
    }
}
