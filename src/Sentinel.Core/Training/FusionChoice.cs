using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>Chooses how much each kind of evidence counts: what ranks drawn defects of held-out families highest above good images.</summary>
internal static class FusionChoice
{
    // With fewer good images the ranking says more about them than about the choice.
    private const int FewestToChoose = 12;
    private const int Defects = 40;

    /// <summary>A choice must be better than an earlier one by this much, in area under the ROC curve.</summary>
    private const double WorthIt = 0.01;

    /// <summary>Whether there is a choice; where there is none, what does not count need not be measured.</summary>
    /// <param name="selection">Good images to choose by.</param>
    public static bool IsOpen(int selection) => selection >= FewestToChoose;

    /// <summary>How many images are measured for it.</summary>
    /// <param name="selection">Good images to choose by.</param>
    public static int ImagesToMeasure(int selection) => selection + (IsOpen(selection) ? Defects : 0);

    /// <param name="model">With everything else learnt.</param>
    /// <param name="selection">Good pictures that nothing was fitted to.</param>
    /// <param name="seed">Of the defects drawn on them.</param>
    /// <param name="onImage">Called for every image that is measured.</param>
    public static EvidenceWeights Learn(DetectionModel model, IReadOnlyList<GoodPicture> selection, int seed, Action onImage)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var (fusion, choice, isOpen) = (model.Fusion, EvidenceWeights.Usual, IsOpen(selection.Count));
        var good = selection.Select(picture => Measure(picture.Standard)).ToList();
        fusion.Learn(good[0].Keys.ToDictionary(kind => kind, kind => stack([.. good.Select(evidence => evidence[kind].max())])));
        if (isOpen)
        {
            var defects = new HeldOutDefects(seed);
            var defective = Enumerable.Range(0, Defects)
                .Select(i => Measure(defects.DrawOn(selection[i % selection.Count].Standard)))
                .ToList();
            choice = Best(fusion, good, defective);
        }

        fusion.Weigh(choice);
        return choice;

        Dictionary<EvidenceKind, Tensor> Measure(StandardImage image)
        {
            onImage();
            using var measuring = NewDisposeScope();
            return model.Evidence(model.Compare(image), kind => isOpen || choice.Of(kind) > 0).ToDictionary(kind => kind.Key, kind => kind.Value.MoveToOuterDisposeScope());
        }
    }

    private static EvidenceWeights Best(Fusion fusion, List<Dictionary<EvidenceKind, Tensor>> good, List<Dictionary<EvidenceKind, Tensor>> defective)
    {
        var (best, bestArea) = (EvidenceWeights.Usual, double.NegativeInfinity);
        foreach (var weights in EvidenceWeights.Choices)
        {
            fusion.Weigh(weights);
            var (normal, unusual) = (Peaks(good), Peaks(defective));
            var area = unusual.Average(peak => normal.Average(other => peak > other ? 1 : peak == other ? 0.5 : 0));
            if (area > bestArea + (double.IsFinite(bestArea) ? WorthIt : 0))
            {
                (best, bestArea) = (weights, area);
            }
        }

        return best;

        List<float> Peaks(List<Dictionary<EvidenceKind, Tensor>> images) => [.. images.Select(evidence => fusion.Combine(evidence).max().item<float>())];
    }
}
