using Sentinel.Core;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Demo;

namespace Sentinel.Worker.Tests.Demo;

public sealed class DemoProductTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sentinel-demo-").FullName;

    [Fact]
    public void Drawn_plates_show_every_defect_and_no_name_twice()
    {
        var images = new DrawnPlates(3).TestImages().ToList();

        images.Select(image => image.FileName).ShouldBeUnique();
        images.Where(image => image.Kind == DemoKind.Defective).Select(image => image.What).Distinct()
            .ShouldBe(Enum.GetValues<PartDefect>().Select(defect => defect.InWords()), ignoreOrder: true);
        images.Count(image => image.Kind == DemoKind.Good).ShouldBe(16);
        images.Count(image => image.Kind == DemoKind.Spoiled).ShouldBe(4);
    }

    [Fact]
    public void A_tenth_of_the_users_images_is_held_out_and_the_rest_is_learned()
    {
        var from = Photographs("bolts/good", 30);
        var product = new PhotographedParts(from, seed: 1, new ImageLimits());
        var target = Directory.CreateDirectory(Path.Combine(_root, "known")).FullName;

        var known = product.WriteKnownGood(target);
        var test = product.TestImages().ToList();

        product.Name.ShouldBe("bolts");
        known.ShouldBe(27);
        var learned = Directory.GetFiles(target).Select(file => ImageFile.Read(file, new ImageLimits()).Samples[0]).ToList();
        learned.Count.ShouldBe(27);
        test.Count(image => image.Kind == DemoKind.Good).ShouldBe(3);
        test.Where(image => image.Kind == DemoKind.Good).ShouldAllBe(image => !learned.Contains(image.Image.Samples[0]));
        test.Count(image => image.Kind == DemoKind.Defective).ShouldBe(3);
    }

    [Fact]
    public void Defects_are_drawn_onto_grey_images_in_grey()
    {
        var image = Grey(200, 30_000);

        foreach (var kind in SurfaceDefects.Kinds)
        {
            var spoiled = PhotographedParts.WithDefect(image, kind, seed: 2);

            spoiled.Channels.ShouldBe(1);
            spoiled.Samples.Count(sample => Math.Abs(sample - 30_000) > 2_500).ShouldBeInRange(40, 6_000, kind.ToString());
        }
    }

    [Fact]
    public void Too_few_images_of_the_users_are_refused() =>
        Should.Throw<DirectoryNotFoundException>(() => new PhotographedParts(Photographs("few", 10), 1, new ImageLimits()))
            .Message.ShouldContain("There are 10 images");

    [Fact]
    public void A_folder_whose_name_cannot_be_a_products_gets_a_name_that_can() =>
        ProductName.IsValid(new PhotographedParts(Photographs("my parts", 11), 1, new ImageLimits()).Name).ShouldBeTrue();

    [Fact]
    public void Boxes_cover_a_small_part_and_leave_the_original_alone()
    {
        var image = Grey(160, 30_000);

        var boxed = Boxes.On(image, seed: 4);

        boxed.Samples.Count(sample => sample != 30_000).ShouldBeInRange(4 * 64, 4 * 20 * 20);
        image.Samples.ShouldAllBe(sample => sample == 30_000);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Photographs(string folder, int count)
    {
        var path = Directory.CreateDirectory(Path.Combine(_root, folder)).FullName;
        for (var i = 0; i < count; i++)
        {
            ImageFile.WritePng(Path.Combine(path, $"{i:D2}.png"), Grey(32, (ushort)(i * 257)));
        }

        return path;
    }

    private static Frame Grey(int side, ushort value) => new(side, side, 1, [.. Enumerable.Repeat(value, side * side)]);
}
