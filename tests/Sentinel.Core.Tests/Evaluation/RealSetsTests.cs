using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;

namespace Sentinel.Core.Tests.Evaluation;

/// <summary>The public sets that lie beside the repository where figures are drawn; skipped where they do not.</summary>
public sealed class RealSetsTests
{
    [Theory]
    [InlineData("magnetic-tile", 761, 191, 392, 392)]
    [InlineData("cookie", 31, 14, 40, 32)]
    public void Every_image_of_a_real_set_is_found_with_a_mask_of_its_size(string name, int train, int good, int defective, int masks)
    {
        var folder = MvtecFolder.Open(SetFolder(name));

        folder.TrainGood.Count.ShouldBe(train);
        folder.Test.Count(sample => !sample.IsDefective).ShouldBe(good);
        folder.Test.Count(sample => sample.IsDefective).ShouldBe(defective);
        var masked = folder.Test.Where(sample => sample.MaskFile is not null).ToList();
        masked.Count.ShouldBe(masks);
        masked.ShouldAllBe(sample => Size(sample.File).Equals(Size(sample.MaskFile!)));
    }

    private static (int Width, int Height) Size(string file)
    {
        var header = ImageFile.ReadHeader(file, new ImageLimits());
        return (header.Width, header.Height);
    }

    private static string SetFolder(string name)
    {
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (repository is not null && !File.Exists(Path.Combine(repository.FullName, "Sentinel.sln")))
        {
            repository = repository.Parent;
        }

        var folder = Path.Combine(repository?.Parent?.FullName ?? "", "shared", "data", name);
        Assert.SkipUnless(Directory.Exists(folder), $"The set '{name}' does not lie in ../shared/data beside the repository.");
        return folder;
    }
}
