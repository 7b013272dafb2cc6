using Sentinel.Core.Imaging;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using Sentinel.Core.Training.Checks;

namespace Sentinel.Core.Tests.Training;

public sealed class KnownGoodCheckTests : IDisposable
{
    private readonly string _good = Directory.CreateTempSubdirectory("sentinel-good-").FullName;
    private readonly TorchThread _torch = new();

    [Fact]
    public void Good_dials_are_all_used()
    {
        Dials.Write(_good, 60);

        Check().LeftOut.ShouldBeEmpty();
    }

    [Fact]
    public void A_copy_saved_again_is_found_on_a_product_whose_images_all_look_alike()
    {
        Dials.Write(_good, 60);
        File.WriteAllBytes(Path.Combine(_good, "again.jpg"), ImageFile.Encode(Dials.Good(7), ImageFormat.Jpeg, 98));
        ImageFile.WritePng(Path.Combine(_good, "larger.png"), Dials.Good(8).Resize(160, 160));

        var leftOut = Check().LeftOut;

        leftOut.Count.ShouldBe(2);
        leftOut.Keys.Count(name => name is "again.jpg" or "dial-007.png").ShouldBe(1);
        leftOut.Values.ShouldAllBe(reason => reason.StartsWith("nearly the same image as "));
    }

    [Fact]
    public void Defects_among_the_known_good_are_found_and_what_a_person_vouched_for_is_not()
    {
        Dials.Write(_good, 60);
        for (var i = 0; i < 4; i++)
        {
            ImageFile.WritePng(Path.Combine(_good, $"spotted-{i}.png"), Dials.Spotted(100 + i, out _));
        }

        var plan = Plan with { Reviewed = [new ReviewedImage(Path.Combine(_good, "spotted-2.png"), ShowsDefect: false)] };

        var known = Check(plan);

        known.LeftOut.Keys.ShouldBe(["spotted-0.png", "spotted-1.png", "spotted-3.png"]);
        known.LeftOut.Values.ShouldAllBe(reason => reason.StartsWith("an outlier among the known-good images"));
        known.Pictures.Count.ShouldBe(61);
        Directory.GetFiles(_good).Length.ShouldBe(64);
    }

    [Fact]
    public void Defects_are_found_as_well_when_the_images_are_too_many_to_be_held_against_each_other_at_once()
    {
        Dials.Write(_good, 60);
        ImageFile.WritePng(Path.Combine(_good, "spotted.png"), Dials.Spotted(100, out _));

        var found = _torch.Run(() => Outliers.Find(
            KnownGoodSet.Read(Plan, null, CancellationToken.None).Pictures, most: 31, Plan.Budget, null, CancellationToken.None));

        found.Select(outlier => outlier.Picture.Source.Name).ShouldBe(["spotted.png"]);
    }

    [Fact]
    public void Another_proportion_and_colour_among_grey_are_left_out_with_the_numbers()
    {
        Dials.Write(_good, 40);
        ImageFile.WritePng(Path.Combine(_good, "wide.png"), Dials.Good(200).Resize(192, 96));
        var grey = Dials.Good(201);
        var red = new Frame(grey.Width, grey.Height, 3, [.. grey.Samples.SelectMany(sample => new[] { sample, (ushort)(sample / 2), (ushort)(sample / 2) })]);
        ImageFile.WritePng(Path.Combine(_good, "red.png"), red);

        var leftOut = Check().LeftOut;

        leftOut["wide.png"].ShouldStartWith("unlike size: 192 x 96 pixels");
        leftOut["red.png"].ShouldStartWith("unlike channels: coloured, where 41 of 42");
    }

    [Fact]
    public void Too_few_after_the_check_are_refused()
    {
        Dials.Write(_good, 10);
        ImageFile.WritePng(Path.Combine(_good, "dial-009.png"), Dials.Good(9).Resize(192, 96));

        Should.Throw<TrainingRefusedException>(() => Check()).Message.ShouldContain("holds 9 usable known-good images");
    }

    [Fact]
    public void Added_images_leave_nearly_all_others_their_task()
    {
        Dials.Write(_good, 30);
        var before = Order();
        for (var i = 0; i < 5; i++)
        {
            ImageFile.WritePng(Path.Combine(_good, $"new-{i}.png"), Dials.Good(300 + i));
        }

        Order().Where(name => !name.StartsWith("new", StringComparison.Ordinal)).ShouldBe(before);
    }

    public void Dispose()
    {
        _torch.Dispose();
        Directory.Delete(_good, recursive: true);
    }

    private TrainingPlan Plan => new() { Product = "dial", GoodFolder = _good, Budget = TimeSpan.FromMinutes(10) };

    private KnownGoodSet Check(TrainingPlan? plan = null) => _torch.Run(() =>
        KnownGoodCheck.Pass(KnownGoodSet.Read(plan ?? Plan, null, CancellationToken.None), plan ?? Plan, CancellationToken.None));

    private List<string> Order() => [.. KnownGoodSet.Read(Plan, null, CancellationToken.None).Pictures.Select(picture => picture.Source.Name)];
}
