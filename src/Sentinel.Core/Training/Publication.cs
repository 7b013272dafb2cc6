using System.Reflection;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Training;

/// <summary>What was learnt, written into a staging folder as a whole model that can be loaded, but that nobody knows of yet.</summary>
internal static class Publication
{
    private const int GoldenImages = 3;
    private const int LargestGolden = 512;

    /// <summary>Weights, golden images with their scores, manifest. On the Torch thread.</summary>
    /// <exception cref="MachineFaultException">A weight or a golden score is not a finite number: the model is not stored.</exception>
    public static ModelManifest Write(
        string staging, DetectionModel model, ModelManifest manifest, IReadOnlyList<GoodPicture> calibrationPictures, ImageLimits limits)
    {
        if (FiniteValues.FirstMissingIn(model) is { } tensor)
        {
            throw FiniteValues.Fault($"The training of '{manifest.Product}' gave values that are not finite numbers, in '{tensor}', and no model was stored");
        }

        model.save(Path.Combine(staging, VersionFolder.Weights));
        Directory.CreateDirectory(Path.Combine(staging, VersionFolder.Golden));
        return VersionFolder.Seal(staging, manifest with
        {
            Golden = [.. calibrationPictures.Take(GoldenImages).Select((picture, index) => Gild(model, picture, staging, index + 1, limits))],
        });
    }

    /// <summary>Versions of the libraries that a model's numbers depend on.</summary>
    public static IReadOnlyDictionary<string, string> Packages { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["TorchSharp"] = VersionOf(typeof(TorchSharp.torch)),
        ["LibTorch"] = TorchSharp.torch.__version__,
        ["NetVips"] = VersionOf(typeof(NetVips.Image)),
        [".NET"] = Environment.Version.ToString(),
    };

    public static string Sentinel { get; } = VersionOf(typeof(Publication));

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? type.Assembly.GetName().Version!.ToString();

    private static GoldenImage Gild(DetectionModel model, GoodPicture picture, string staging, int number, ImageLimits limits)
    {
        var name = Path.Combine(VersionFolder.Golden, $"{number}.png");
        var frame = ImageFile.Read(picture.Source.Path, limits);
        var shrink = Math.Min(1.0, (double)LargestGolden / Math.Max(frame.Width, frame.Height));
        var golden = shrink < 1 ? FrameScaling.Resize(frame, (int)(frame.Width * shrink), (int)(frame.Height * shrink)) : frame;
        ImageFile.WritePng(Path.Combine(staging, name), golden);

        // As it will be read: a frame made smaller has finer steps than the 8 bits that are written.
        var written = ImageFile.Read(Path.Combine(staging, name), limits);
        var score = DetectionModel.ScoreOf(model.Measure(model.Rules.Standardise(written)));
        return double.IsFinite(score) ? new GoldenImage(name, score) : throw FiniteValues.Fault($"The score of the golden image '{picture.Source.Name}' is not a finite number");
    }
}
