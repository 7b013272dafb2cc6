using System.Reflection;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;

namespace Sentinel.Core.Training;

/// <summary>Turns what was learnt into a version folder and publishes it: weights, golden images with their scores, manifest.</summary>
internal sealed class Publication(ModelRegistry registry, string product, ImageLimits limits)
{
    private const int GoldenImages = 3;
    private const int LargestGolden = 512;

    public ModelManifest Publish(
        DetectionModel model, Architecture architecture, Calibration calibration, TrainingRecord record,
        IReadOnlyList<GoodPicture> calibrationPictures, CancellationToken cancel)
    {
        var staging = registry.Stage(product);
        try
        {
            model.save(Path.Combine(staging, VersionFolder.Weights));
            Directory.CreateDirectory(Path.Combine(staging, VersionFolder.Golden));
            var manifest = VersionFolder.Seal(staging, new ModelManifest
            {
                Product = product,
                Version = registry.NextVersion(product),
                TrainedAt = DateTimeOffset.UtcNow,
                TrainedBy = typeof(Publication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
                Architecture = architecture,
                Standardisation = model.Rules,
                Calibration = calibration,
                Training = record,
                Golden = [.. calibrationPictures.Take(GoldenImages).Select((picture, index) => Gild(model, picture, staging, index + 1))],
                Files = new Dictionary<string, string>(),
            });
            cancel.ThrowIfCancellationRequested();
            registry.Publish(product, manifest.Version, staging);
            return manifest;
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    private GoldenImage Gild(DetectionModel model, GoodPicture picture, string staging, int number)
    {
        var name = Path.Combine(VersionFolder.Golden, $"{number}.png");
        var frame = ImageFile.Read(picture.Source.Path, limits);
        var shrink = Math.Min(1.0, (double)LargestGolden / Math.Max(frame.Width, frame.Height));
        var golden = shrink < 1 ? FrameScaling.Resize(frame, (int)(frame.Width * shrink), (int)(frame.Height * shrink)) : frame;
        ImageFile.WritePng(Path.Combine(staging, name), golden);

        // As it will be read: a frame made smaller has finer steps than the 8 bits that are written.
        var written = ImageFile.Read(Path.Combine(staging, name), limits);
        return new GoldenImage(name, DetectionModel.ScoreOf(model.Measure(model.Rules.Standardise(written))));
    }
}
