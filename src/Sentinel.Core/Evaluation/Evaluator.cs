using System.Diagnostics;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Evaluation;

/// <summary>Measures a model on the test images of a folder. Images are taken one at a time, so that the times are those of one image.</summary>
public sealed class Evaluator(Detector detector, ImageLimits limits)
{
    private const int NoiseSeed = 25;

    /// <param name="folder">The test images.</param>
    /// <param name="training">How long the training took, when it was done for this.</param>
    /// <param name="progress">Told after every image.</param>
    /// <exception cref="UnreadableImageException">A test image or mask cannot be read, or they differ in size; the message names it.</exception>
    public async Task<EvaluationReport> EvaluateAsync(
        MvtecFolder folder, TrainingTime? training, IProgress<EvaluationProgress>? progress, CancellationToken cancel)
    {
        var (samples, milliseconds) = await ScoreAsync(folder.Test, progress, cancel);
        var denoising = await DenoiseAsync([.. folder.Test.Where(sample => !sample.IsDefective)], progress, cancel);
        var peakMemory = PeakMemory.Bytes;
        var pixel = ComparePixels(samples, progress, cancel);

        var good = samples.Where(s => !s.Sample.IsDefective).ToList();
        var defective = samples.Where(s => s.Sample.IsDefective).ToList();
        var kinds = defective.GroupBy(s => s.Sample.Kind).ToList();
        var alarms = RateInterval.ClopperPearson(good.Count(s => s.IsFlagged), good.Count);
        var (goodScores, defectiveScores) = (Scores(good), Scores(defective));
        return new EvaluationReport
        {
            Set = Path.GetFileName(folder.Folder),
            GoodImages = good.Count,
            DefectiveImages = defective.Count,
            Image = new(
                RocCurve.Area(goodScores, defectiveScores),
                PrecisionRecallCurve.AveragePrecision(goodScores, defectiveScores),
                PrecisionRecallCurve.F1Max(goodScores, defectiveScores)),
            Pixel = pixel,
            Threshold = new(
                detector.Model.Calibration.FalseAlarmBudget, alarms.Rate, [alarms.Low, alarms.High],
                kinds.ToDictionary(kind => kind.Key, kind => kind.Count(s => s.IsFlagged) / (double)kind.Count())),
            PerDefect = kinds.ToDictionary(
                kind => kind.Key, kind => new DefectFigures(kind.Count(), RocCurve.Area(goodScores, Scores(kind)))),
            Denoising = denoising,
            Timing = new(training?.Seconds, training?.ImagesPerSecond, milliseconds),
            PeakMemoryBytes = peakMemory,
            SuspectRatio = detector.Model.Calibration.SuspectThreshold / detector.Model.Calibration.Threshold,
            Samples = samples,
        };
    }

    private async Task<(List<ScoredSample> Samples, double MillisecondsPerImage)> ScoreAsync(
        IReadOnlyList<MvtecSample> test, IProgress<EvaluationProgress>? progress, CancellationToken cancel)
    {
        // The first inspection prepares the network's kernels; it is done once more for the figures.
        await detector.InspectAsync(TestImage.Read(test[0].File, limits));

        var (samples, watch) = (new List<ScoredSample>(), new Stopwatch());
        foreach (var sample in test)
        {
            cancel.ThrowIfCancellationRequested();
            var frame = TestImage.Read(sample.File, limits);
            watch.Start();
            var inspection = await detector.InspectAsync(frame);
            watch.Stop();
            samples.Add(new(sample, inspection));
            progress?.Report(new("scoring", samples.Count, test.Count));
        }

        return (samples, watch.Elapsed.TotalMilliseconds / test.Count);
    }

    private async Task<DenoisingFigures> DenoiseAsync(
        IReadOnlyList<MvtecSample> good, IProgress<EvaluationProgress>? progress, CancellationToken cancel)
    {
        var (clean, noisy, denoised) = (0.0, 0.0, 0.0);
        foreach (var (i, sample) in good.Index())
        {
            cancel.ThrowIfCancellationRequested();
            var image = TestImage.Read(sample.File, limits);
            var spoiled = SensorNoise.On(image, SensorNoise.UsualSigma, NoiseSeed + i);
            clean += Decibels(await detector.DenoiseAsync(image), image);
            noisy += Decibels(spoiled, image);
            denoised += Decibels(await detector.DenoiseAsync(spoiled), image);
            progress?.Report(new("denoising", i + 1, good.Count));
        }

        return new(clean / good.Count, noisy / good.Count, denoised / good.Count, (denoised - noisy) / good.Count);

        static double Decibels(Frame image, Frame reference) => Math.Min(100, PeakSignalToNoise.Between(image, reference));
    }

    /// <summary>Good images and those whose mask marks something; a defective image without a mask says nothing about its pixels.</summary>
    private PixelFigures? ComparePixels(
        IReadOnlyList<ScoredSample> scored, IProgress<EvaluationProgress>? progress, CancellationToken cancel)
    {
        if (scored.All(s => s.Sample.MaskFile is null))
        {
            return null;
        }

        var (scores, marked) = (new PixelScores(), false);
        foreach (var (i, (sample, inspection)) in scored.Index())
        {
            cancel.ThrowIfCancellationRequested();
            var size = TestImage.ReadHeader(sample.File, limits);
            var mask = sample.IsDefective ? DefectMask.Read(sample, size.Width, size.Height, limits) : new bool[size.Width * size.Height];
            if (!sample.IsDefective || mask.Contains(true))
            {
                scores.Add(MapUpsampling.Bilinear(inspection.Map, size.Width, size.Height), mask, size.Width);
                marked |= sample.IsDefective;
            }

            progress?.Report(new("comparing pixels", i + 1, scored.Count));
        }

        return marked ? scores.Figures() : null;
    }

    private static double[] Scores(IEnumerable<ScoredSample> samples) => [.. samples.Select(sample => sample.Inspection.Score)];
}

/// <summary>How far an evaluation is.</summary>
/// <param name="Phase">What is being done: <c>scoring</c>, <c>denoising</c>, <c>comparing pixels</c>.</param>
/// <param name="Done">Images done in this phase.</param>
/// <param name="Total">Images of this phase.</param>
public sealed record EvaluationProgress(string Phase, int Done, int Total);

/// <summary>How long a training took, and how many samples per second it saw at its end.</summary>
public sealed record TrainingTime(double Seconds, double ImagesPerSecond);
