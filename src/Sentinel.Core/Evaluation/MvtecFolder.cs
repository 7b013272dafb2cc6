using Sentinel.Core.Imaging;

namespace Sentinel.Core.Evaluation;

/// <summary>
/// A set of images in the layout of MVTec AD: <c>train/good</c>, <c>test/good</c>, <c>test/&lt;defect&gt;</c> and, where defects are outlined,
/// <c>ground_truth/&lt;defect&gt;</c> with a mask named like its image, with or without <c>_mask</c> behind.
/// </summary>
public sealed class MvtecFolder
{
    private const string Good = "good";

    private MvtecFolder(string folder, IReadOnlyList<MvtecSample> test) => (Folder, Test) = (folder, test);

    public string Folder { get; }

    /// <summary>Folder of the known-good images to train on. Whether it exists is asked by <see cref="TrainGood"/>.</summary>
    public string TrainGoodFolder => Path.Combine(Folder, "train", Good);

    /// <summary>The known-good images to train on, by name.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no <c>train/good</c>, or no image in it.</exception>
    public IReadOnlyList<string> TrainGood => ImagesOf(TrainGoodFolder, "the known-good images to train on");

    /// <summary>The test images, good ones first, then defect by defect, by name.</summary>
    public IReadOnlyList<MvtecSample> Test { get; }

    /// <summary>The names of the defects, in order.</summary>
    public IReadOnlyList<string> Defects => [.. Test.Where(sample => sample.IsDefective).Select(sample => sample.Kind).Distinct()];

    /// <summary>Lists the test images of <paramref name="folder"/>; none is opened.</summary>
    /// <exception cref="DirectoryNotFoundException">Part of the layout is missing; the message says which and what belongs there.</exception>
    public static MvtecFolder Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        var test = Path.Combine(folder, "test");
        if (!Directory.Exists(test))
        {
            throw new DirectoryNotFoundException(
                $"'{folder}' has no folder 'test'. The MVTec layout is expected: train/good, test/good, test/<defect>, ground_truth/<defect>.");
        }

        var good = ImagesOf(Path.Combine(test, Good), "good images to test with").Select(file => new MvtecSample(file, Good, null));
        var defects = Directory.GetDirectories(test).Where(defect => Path.GetFileName(defect) != Good).Order(StringComparer.Ordinal).ToList();
        if (defects.Count == 0)
        {
            throw new DirectoryNotFoundException($"'{test}' has no folder beside 'good': one per kind of defect is expected, with images of it.");
        }

        return new MvtecFolder(folder, [.. good, .. defects.SelectMany(defect => SamplesOf(folder, defect))]);
    }

    private static IEnumerable<MvtecSample> SamplesOf(string folder, string defect)
    {
        var kind = Path.GetFileName(defect);
        var masks = MasksOf(Path.Combine(folder, "ground_truth", kind));
        return ImagesOf(defect, $"images of the defect '{kind}'").Select(file =>
        {
            var stem = Path.GetFileNameWithoutExtension(file);
            return new MvtecSample(file, kind, masks.GetValueOrDefault(stem) ?? masks.GetValueOrDefault($"{stem}_mask"));
        });
    }

    private static Dictionary<string, string> MasksOf(string folder) =>
        !Directory.Exists(folder)
            ? []
            : Directory.GetFiles(folder).Where(ImageFile.IsImageName).Order(StringComparer.Ordinal)
                .DistinctBy(Path.GetFileNameWithoutExtension).ToDictionary(file => Path.GetFileNameWithoutExtension(file)!);

    private static List<string> ImagesOf(string folder, string what)
    {
        var images = Directory.Exists(folder) ? Directory.GetFiles(folder).Where(ImageFile.IsImageName).Order(StringComparer.Ordinal).ToList() : [];
        return images.Count > 0 ? images : throw new DirectoryNotFoundException($"There is no image in '{folder}': {what} belong there.");
    }
}

/// <summary>One test image.</summary>
/// <param name="File">Full path of the image.</param>
/// <param name="Kind"><c>good</c>, or the name of its defect.</param>
/// <param name="MaskFile">Full path of its mask, or null when it has none; good images never have one.</param>
public sealed record MvtecSample(string File, string Kind, string? MaskFile)
{
    public bool IsDefective => Kind != "good";
}
