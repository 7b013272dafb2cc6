using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Core.Tests.Training;
using TorchSharp;

namespace Sentinel.Core.Tests.Detection;

/// <summary>Makes what a machine that computes wrongly leaves behind: a model that holds a NaN.</summary>
internal static class PoisonedModel
{
    /// <summary>A stored version whose files are sound but for a NaN in one tensor.</summary>
    /// <returns>The version folder.</returns>
    public static string Store(TrainedDial dial, string folder, Func<DetectionModel, torch.Tensor> tensor)
    {
        CopyTo(dial.VersionFolder, folder);
        var weights = Path.Combine(folder, VersionFolder.Weights);
        dial.Torch.Run(() =>
        {
            using var model = new DetectionModel(dial.Manifest.Architecture, dial.Manifest.Standardisation);
            model.load(weights);
            Poison(tensor(model));
            model.save(weights);
            return true;
        });
        File.Delete(Path.Combine(folder, VersionFolder.Manifest));
        VersionFolder.Seal(folder, dial.Manifest);
        return folder;
    }

    /// <summary>Overwrites the first element, which lies in memory before all others.</summary>
    public static void Poison(torch.Tensor tensor)
    {
        using var noGradient = torch.no_grad();
        tensor.flatten()[0].fill_(float.NaN);
    }

    public static void CopyTo(string version, string folder)
    {
        foreach (var file in Directory.GetFiles(version, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(version, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
