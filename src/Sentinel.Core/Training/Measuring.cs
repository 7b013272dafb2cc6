using System.Diagnostics;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>
/// Who is measured, and how long what follows the autoencoder's training takes. Where measuring everyone would eat the training's budget, as on a
/// busy or slow machine, fewer are: first fewer that the Gaussians are fitted to, then fewer that calibrate.
/// </summary>
/// <param name="Training">Whom the Gaussians are fitted to.</param>
/// <param name="Calibration">Whose scores set the thresholds.</param>
/// <param name="Repair">Whether errors of the repair are measured too, and may come to count; never where settings are not chosen.</param>
/// <param name="TimeOfRest">What follows the learning takes so long.</param>
internal sealed record Measuring(IReadOnlyList<GoodPicture> Training, IReadOnlyList<GoodPicture> Calibration, bool Repair, TimeSpan TimeOfRest)
{
    /// <summary>The repair of an image takes longest to measure, and is seldom what counts most.</summary>
    public const int ImagesForRepair = 32;

    private const double LargestShare = 0.35;
    private const double LargestShareForRepair = 0.15; // Drawn defects seldom speak for it: in a minute the head must learn instead.
    private const int Trials = 4;
    private const int FewestToFit = 48;
    private const int MostOfSmall = 500; // Half a gigabyte of features.

    /// <summary>How many images' features are kept at once. With the square of their size: what is computed with each of them grows as well.</summary>
    public static int MostKept(Standardisation rules)
    {
        var share = ShareOfSmall(rules);
        return (int)(MostOfSmall * share * share);
    }

    /// <summary>What the smallest standardised image has of this one's pixels, at most 1.</summary>
    public static double ShareOfSmall(Standardisation rules) => Math.Min(1, (double)Standardisation.FewestPixels / (rules.Width * rules.Height));

    /// <param name="model">Any weights: time does not depend on them.</param>
    /// <param name="split">Who could be measured.</param>
    /// <param name="fewestToCalibrate">Not fewer than this, whatever it costs.</param>
    /// <param name="budget">Of the whole training.</param>
    public static Measuring Choose(DetectionModel model, Split<GoodPicture> split, int fewestToCalibrate, TimeSpan budget)
    {
        var picture = split.Training[0].Standard;
        var each = TimeOf(() => model.Measure(picture));
        var affordable = (int)Math.Min(int.MaxValue, budget * LargestShare / each) - split.Selection.Count;
        var training = split.Training.Take(Math.Clamp(affordable - split.Calibration.Count, FewestToFit, MostKept(model.Rules))).ToList();
        var calibration = split.Calibration.Take(Math.Max(fewestToCalibrate, affordable - training.Count)).ToList();
        var (selection, chosenBy) = (split.Selection.Count, FusionChoice.ImagesToMeasure(split.Selection.Count));
        var choosingWithRepair = FusionChoice.IsOpen(selection)
            ? WithRepair() * (Math.Min(ImagesForRepair, training.Count) + Math.Min(ImagesForRepair, 2 * selection) + chosenBy)
            : TimeSpan.MaxValue;
        var repair = choosingWithRepair <= budget * LargestShareForRepair;
        return new Measuring(training, calibration, repair, each * calibration.Count + (repair ? choosingWithRepair : each * chosenBy) + TimeSpan.FromSeconds(2));

        TimeSpan WithRepair() => TimeOf(() =>
        {
            using var inference = inference_mode();
            using var scope = NewDisposeScope();
            model.Evidence(model.Compare(picture), _ => true);
        });
    }

    private static TimeSpan TimeOf(Action measure)
    {
        measure();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Trials; i++)
        {
            measure();
        }

        return clock.Elapsed / Trials * 1.2;
    }
}
