using System.Diagnostics;
using Sentinel.Core.Detection;

namespace Sentinel.Core.Training;

/// <summary>
/// Who is measured after the autoencoder has learnt, and how long that takes. Where measuring everyone would eat the training's budget, as on a
/// busy or slow machine, fewer are: first fewer that the Gaussians are fitted to, then fewer that calibrate.
/// </summary>
internal sealed record Measuring(IReadOnlyList<GoodPicture> Training, IReadOnlyList<GoodPicture> Calibration, TimeSpan Time)
{
    private const double LargestShare = 0.35;
    private const int Trials = 4;
    private const int FewestToFit = 48;

    /// <param name="model">Any weights: time does not depend on them.</param>
    /// <param name="split">Who could be measured.</param>
    /// <param name="fewestToCalibrate">Not fewer than this, whatever it costs.</param>
    /// <param name="budget">Of the whole training.</param>
    public static Measuring Choose(DetectionModel model, Split<GoodPicture> split, int fewestToCalibrate, TimeSpan budget)
    {
        var each = TimeOfOne(model, split.Training[0]);
        var affordable = (int)Math.Min(int.MaxValue, budget * LargestShare / each) - split.Selection.Count;
        var training = split.Training.Take(Math.Max(FewestToFit, affordable - split.Calibration.Count)).ToList();
        var calibration = split.Calibration.Take(Math.Max(fewestToCalibrate, affordable - training.Count)).ToList();
        return new Measuring(training, calibration, each * (training.Count + calibration.Count + split.Selection.Count) + TimeSpan.FromSeconds(2));
    }

    private static TimeSpan TimeOfOne(DetectionModel model, GoodPicture picture)
    {
        model.Measure(picture.Standard);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Trials; i++)
        {
            model.Measure(picture.Standard);
        }

        return clock.Elapsed / Trials * 1.2;
    }
}
