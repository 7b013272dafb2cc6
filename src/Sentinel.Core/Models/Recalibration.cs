using Sentinel.Core.Detection;

namespace Sentinel.Core.Models;

/// <summary>
/// The same weights with other thresholds: a version of its own, because versions do not change. It keeps the schema of the original: weights that are
/// suspect stay so.
/// </summary>
public static class Recalibration
{
    /// <summary>Copies a version under the next number with another calibration. It is not in use by that.</summary>
    /// <param name="registry">The models.</param>
    /// <param name="original">The version whose weights they are.</param>
    /// <param name="calibration">Its new thresholds.</param>
    /// <param name="now">When.</param>
    /// <param name="over">The configured budgets that a person decided against; null when nobody did.</param>
    /// <exception cref="ModelUnusableException">The version is damaged.</exception>
    public static ModelManifest Store(ModelRegistry registry, ModelManifest original, Calibration calibration, DateTimeOffset now, Budgets? over = null)
    {
        var folder = registry.FolderOf(original.Product, original.Version);
        VersionFolder.CheckFiles(folder, original);
        var staging = registry.Stage(original.Product);
        try
        {
            foreach (var name in original.Files.Keys)
            {
                var copy = Path.Combine(staging, name);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(Path.Combine(folder, name), copy);
            }

            return registry.Store(original.Product, staging, version => VersionFolder.Seal(staging, original with
            {
                Version = version,
                Calibration = calibration,
                TrainedAt = now,
                RecalibratedFrom = original.Version,
                BudgetsOver = over,
                Training = original.Training with { Parent = original.Version },
            }));
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }
}
