using System.Runtime.InteropServices;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Detection;

/// <summary>A loaded model, ready to inspect. Its calls may come from any thread; the network runs on the Torch thread, in order.</summary>
public sealed class Detector : IDisposable
{
    private const double GoldenTolerance = 1e-4;

    private readonly DetectionModel _model;
    private readonly TorchThread _torch;

    private Detector(ModelManifest manifest, DetectionModel model, TorchThread torch) => (Model, _model, _torch) = (manifest, model, torch);

    public ModelManifest Model { get; }

    /// <summary>Loads a version folder and checks it against its hashes and its golden images.</summary>
    /// <exception cref="ModelUnusableException">
    /// Missing, damaged, of another make, it holds values that are not finite, or it scores its golden images differently.
    /// </exception>
    /// <exception cref="MachineFaultException">This machine computes wrongly.</exception>
    public static async Task<Detector> LoadAsync(string versionFolder, TorchThread torch)
    {
        var manifest = VersionFolder.ReadManifest(versionFolder);
        VersionFolder.CheckFiles(versionFolder, manifest);
        var model = await torch.RunAsync(() => Load(versionFolder, manifest));
        var detector = new Detector(manifest, model, torch);
        try
        {
            await detector.CheckGoldenAsync(versionFolder);
            return detector;
        }
        catch
        {
            detector.Dispose();
            throw;
        }
    }

    /// <summary>Scores one image and says where it differs from good ones.</summary>
    /// <exception cref="ModelUnusableException">A score is not a finite number: the model says nothing of the image on this machine.</exception>
    /// <exception cref="MachineFaultException">This machine computes wrongly.</exception>
    public async Task<Inspection> InspectAsync(Frame frame)
    {
        var standard = _model.Rules.Standardise(frame);
        var map = await _torch.RunAsync(() => _model.Measure(standard));
        var score = DetectionModel.ScoreOf(map);
        return double.IsFinite(score) ? Judge(Model.Calibration, map, score, frame.Width, frame.Height) : throw new ModelUnusableException(
            $"Model '{Model.Product}/{Model.Version}' gives scores that are not finite numbers on this machine, so that it judges no image. "
            + "Run 'sentinel selftest'; when that passes, train again.");
    }

    /// <summary>The image without noise and boxes, at its own size, channels and depth.</summary>
    /// <exception cref="OperationCanceledException">It was ended, between two tiles.</exception>
    /// <exception cref="MachineFaultException">A sample is not a finite number: there is no copy.</exception>
    public Task<Frame> DenoiseAsync(Frame frame, CancellationToken cancel = default)
    {
        var noisy = Model.Inputs?.Noisiness(frame) ?? 0;
        return _torch.RunAsync(() => NativeDenoiser.Denoise(_model.Autoencoder, _model.Rules.Channels, _model.Grain, noisy, frame, cancel));
    }

    /// <summary>Frees the network; not while a call is running.</summary>
    public void Dispose() => _torch.Run(() =>
    {
        _model.Dispose();
        return true;
    });

    private static Inspection Judge(Calibration calibration, AnomalyMap map, double score, int width, int height)
    {
        var verdict = calibration.Judge(score);
        var ratios = map with { Values = [.. map.Values.Select(value => (float)(value / calibration.Threshold))] };
        return new Inspection
        {
            Score = score,
            Threshold = calibration.Threshold,
            PValue = calibration.PValue(score),
            Verdict = verdict,
            Regions = verdict is Verdict.Normal ? [] : ConnectedRegions.Over(map, calibration, width, height),
            Map = ratios,
        };
    }

    private static DetectionModel Load(string versionFolder, ModelManifest manifest)
    {
        var model = new DetectionModel(manifest.Architecture, manifest.Standardisation);
        try
        {
            model.load(Path.Combine(versionFolder, VersionFolder.Weights));
            model.eval();
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or ExternalException or FormatException)
        {
            model.Dispose();
            throw new ModelUnusableException(
                $"The weights of model '{manifest.Product}/{manifest.Version}' do not fit its manifest ({fault.Message}); train again.", fault);
        }

        try
        {
            MachineCheck.Pass(model.Convolutions, forTraining: false);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        if (FiniteValues.FirstMissingIn(model) is { } tensor)
        {
            model.Dispose();
            throw new ModelUnusableException(
                $"Model '{manifest.Product}/{manifest.Version}' holds values that are not finite numbers, in '{tensor}': the machine that trained it computed wrongly. Train again.");
        }

        return model;
    }

    /// <summary>Why a golden image may score differently here.</summary>
    private string OtherMachine => Model.Training.Machine is { } trained && trained.DiffersFrom(TrainingMachine.This)
        ? $"the processor differs: it was trained on {trained}, and this is {TrainingMachine.This}. "
        : "this machine or this Sentinel computes differently from the one that trained it. ";

    private async Task CheckGoldenAsync(string versionFolder)
    {
        foreach (var golden in Model.Golden)
        {
            var frame = ImageFile.Read(Path.Combine(versionFolder, golden.File), new ImageLimits());
            var score = (await InspectAsync(frame)).Score;
            if (!(Math.Abs(score - golden.Score) <= GoldenTolerance * golden.Score))
            {
                throw new ModelUnusableException(
                    $"Model '{Model.Product}/{Model.Version}' scores its golden image '{golden.File}' {score:G6} instead of {golden.Score:G6}: "
                    + $"{OtherMachine}Train again.");
            }
        }
    }
}
